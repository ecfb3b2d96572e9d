package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.Softmax;
import org.equipoise.kernel.StateKernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * A linear map outside the dynamics from the last layer of neurons to logits, with the cross-entropy L of their softmax (Laborieux et
 * al. 2021). It touches the dynamics through {@code −β L} alone, whose gradient nudges that layer:
 *
 * <pre>
 * z = b + W s        −β ∂L/∂z = β (y − softmax(z))        −β ∂L/∂s = Wᵀ (−β ∂L/∂z)
 * </pre>
 *
 * @param readout W and b
 * @param kernels weights on states
 * @param target y
 * @param logits z
 * @param pulls {@code −β ∂L/∂z}
 * @param drive {@code −β ∂L/∂s}, laid out as the last layer of neurons
 */
record SoftmaxReadout(
        ConnectionParameters readout,
        StateKernels kernels,
        FloatTensor target,
        FloatTensor logits,
        FloatTensor pulls,
        FloatTensor drive)
        implements Readout {
    private static final String LOGITS = "readout.logits";
    private static final String PULL = "readout.pull";
    private static final String DRIVE = "readout.drive";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        plan.floats(Account.STATES, LOGITS, FloatTensor.floatsNeeded(topology.output(), images));
        plan.floats(Account.STATES, PULL, FloatTensor.floatsNeeded(topology.output(), images));
        plan.floats(Account.STATES, DRIVE, FloatTensor.floatsNeeded(topology.layout(topology.depth()), images));
    }

    static SoftmaxReadout of(OffHeapArena arena, Parameters parameters, StateKernels kernels, int images) {
        Topology topology = parameters.topology();
        return new SoftmaxReadout(
                parameters.connections().getLast(),
                kernels,
                StateReadout.of(arena, topology, images).target(),
                new FloatTensor(arena.segment(LOGITS), topology.output(), images),
                new FloatTensor(arena.segment(PULL), topology.output(), images),
                new FloatTensor(arena.segment(DRIVE), topology.layout(topology.depth()), images));
    }

    @Override
    public FloatTensor output(FloatTensor s, int images) {
        long lanes = (long) logits.layout().channelStride() * Float.BYTES;
        for (int image = 0; image < images; image++) {
            MemorySegment.copy(readout.bias(), 0, logits.segment(), logits.imageOffset(image), lanes);
        }
        kernels.addForward(readout.connection().geometry(), s, readout.forward(), logits, images);
        return logits;
    }

    @Override
    public FloatTensor pull(float beta, FloatTensor s, int images) {
        Softmax.pull(output(s, images), target, beta, pulls, images);
        return pulls;
    }

    @Override
    public Nudge nudge(float beta, FloatTensor s, int images) {
        pull(beta, s, images);
        drive.clear(images);
        kernels.addBackward(
                readout.connection().geometry(), pulls, Objects.requireNonNull(readout.backward()), drive, images);
        return new Nudge.By(drive);
    }
}
