package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.Softmax;
import org.equipoise.kernel.StateKernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

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
    static SoftmaxReadout in(TileTensors tensors, FloatTensor target, Parameters parameters, StateKernels kernels) {
        LayerLayout classes = target.layout();
        LayerLayout last = tensors.topology().layout(tensors.topology().depth());
        MemoryScope memory = tensors.memory();
        return new SoftmaxReadout(
                parameters.connections().getLast(),
                kernels,
                target,
                FloatTensor.in(memory, Account.STATES, "readout.logits", classes, tensors.images()),
                FloatTensor.in(memory, Account.STATES, "readout.pull", classes, tensors.images()),
                FloatTensor.in(memory, Account.STATES, "readout.drive", last, tensors.images()));
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
