package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.equipoise.dynamics.Unrolling;
import org.equipoise.kernel.StateKernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The loss of the last state of a free phase, from which back-propagation starts: of the activations of the last layer, or of the logits
 * {@code z = b + W s} that a softmax readout makes of them (Laborieux et al. 2021).
 */
final class FinalLoss implements AutoCloseable {
    private static final String TARGET = "target";
    private static final String LOGITS = "logits";
    private static final String PULL = "pull";

    private final Loss loss;
    private final StateKernels kernels;
    private final OffHeapArena arena;
    private final FloatTensor target;
    private final @Nullable Logits logits;

    /**
     * A readout outside the dynamics.
     *
     * @param parameters W and b
     * @param z the logits
     * @param pull {@code −∂L/∂z}
     */
    private record Logits(ConnectionParameters parameters, FloatTensor z, FloatTensor pull) {}

    FinalLoss(Loss loss, Parameters parameters, StateKernels kernels, Ledger ledger, int images) {
        Topology topology = parameters.topology();
        this.loss = loss;
        this.kernels = kernels;
        this.arena = ledger.open(plan(topology, images));
        this.target = new FloatTensor(arena.segment(TARGET), topology.output(), images);
        this.logits = topology.hasReadout()
                ? new Logits(
                        parameters.connections().getLast(),
                        new FloatTensor(arena.segment(LOGITS), topology.output(), images),
                        new FloatTensor(arena.segment(PULL), topology.output(), images))
                : null;
    }

    static MemoryPlan plan(Topology topology, int images) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("batch");
        long floats = FloatTensor.floatsNeeded(topology.output(), images);
        plan.floats(Account.STATES, TARGET, floats);
        if (topology.hasReadout()) {
            plan.floats(Account.STATES, LOGITS, floats);
            plan.floats(Account.STATES, PULL, floats);
        }
        return plan.build();
    }

    /** {@return the batch's targets y} */
    FloatTensor target() {
        return target;
    }

    /** {@return what the network answered: activations of its last layer, or logits} */
    FloatTensor output(Unrolling unrolling) {
        return logits == null ? unrolling.output() : logits.z();
    }

    /** {@return {@code −∂L/∂z} of a readout, null without one} */
    @Nullable
    FloatTensor pull() {
        return logits == null ? null : logits.pull();
    }

    /** Sets the cotangents of some images' last states, which their steps forward have left. */
    void differentiate(Unrolling unrolling, int first, int end) {
        if (logits == null) {
            loss.differentiate(unrolling.output(), target, unrolling.cotangent(), first, end);
            return;
        }
        int count = end - first;
        ConnectionParameters parameters = logits.parameters();
        FloatTensor z = logits.z();
        long lanes = (long) z.layout().channelStride() * Float.BYTES;
        for (int image = first; image < end; image++) {
            MemorySegment.copy(parameters.bias(), 0, z.segment(), z.imageOffset(image), lanes);
        }
        FloatTensor s = unrolling.output().part(first, count);
        kernels.addForward(parameters.connection().geometry(), s, parameters.forward(), z.part(first, count), count);
        loss.differentiate(z, target, logits.pull(), first, end);
        FloatTensor cotangent = unrolling.cotangent().part(first, count);
        cotangent.clear(count);
        kernels.addBackward(
                parameters.connection().geometry(),
                logits.pull().part(first, count),
                Objects.requireNonNull(parameters.backward()),
                cotangent,
                count);
    }

    @Override
    public void close() {
        arena.close();
    }
}
