package org.equipoise.network;

import org.equipoise.error.BadInputException;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.PoolFolding;
import org.equipoise.kernel.Scaling;
import org.equipoise.kernel.WeightBlocks;

/**
 * Takes the weights of a connection from one layout to another:
 *
 * <ol>
 *   <li>interchange order, {@link Connection#weightShape()}, as files have it and PyTorch does;
 *   <li>the master copy, {@code [block][ky][kx][in][out lanes]};
 *   <li>the forward layout, which is the same with pooling folded in;
 *   <li>the backward layout, {@code [block][ky][kx][out][in lanes]};
 *   <li>where errors are amplified, both once more with other gains.
 * </ol>
 *
 * <p>Values pass as float32; each layout stores them in its own format.
 */
public final class WeightLayouts {
    private WeightLayouts() {}

    /**
     * @param connection a connection
     * @param master values in its master layout
     * @return them in interchange order
     */
    public static float[] toInterchange(Connection connection, WeightBlocks master) {
        float[] values = new float[Math.toIntExact(connection.weights())];
        forEach(connection, (at, tap, in, out) -> values[at] = master.get(row(connection, tap, in), out));
        return values;
    }

    /**
     * @param connection a connection
     * @param values in interchange order
     * @param master where they go, in its master layout
     */
    public static void fromInterchange(Connection connection, float[] values, WeightBlocks master) {
        requireLength("weights", values.length, connection.weights());
        forEach(connection, (at, tap, in, out) -> master.set(row(connection, tap, in), out, values[at]));
    }

    /**
     * @param connection a connection
     * @param sums of the gradients of its weights in forward layout
     * @param scale factor on the sums
     * @return the scaled gradients of the learnt weights, pooling unfolded, in interchange order
     */
    public static float[] gradientToInterchange(Connection connection, WeightBlocks sums, float scale) {
        PoolFolding folding = connection.folding();
        float[] values = new float[Math.toIntExact(connection.weights())];
        forEach(connection, (at, tap, in, out) -> {
            float sum = 0f;
            for (int member = 0; member < folding.pool() * folding.pool(); member++) {
                int folded = connection.folded() ? folding.foldedTap(tap, member) : tap;
                sum += sums.get(row(connection, folded, in), out);
            }
            values[at] = scale * folding.mean() * sum;
        });
        return values;
    }

    /** Derives one block of the forward layout from the master copy, and with it that of errors, which travel up by a gain. */
    static void deriveForward(ConnectionParameters parameters, PlasticityKernels kernels, float errorGain, int block) {
        Connection connection = parameters.connection();
        if (connection.folded()) {
            int channels = connection.below().channelStride();
            kernels.fold(connection.folding(), channels, parameters.master(), parameters.forward(), block);
        }
        ErrorLayouts errors = parameters.errors();
        if (errors != null) {
            Scaling.weights(parameters.forward(), errorGain, errors.forward(), block);
        }
    }

    /** Derives one tap of the backward layout from the forward layout, and of that of errors, which travel down without the feedback. */
    static void deriveBackward(ConnectionParameters parameters, PlasticityKernels kernels, float feedback, int tap) {
        WeightBlocks backward = parameters.backward();
        if (backward != null) {
            Connection connection = parameters.connection();
            kernels.transpose(connection.geometry(), parameters.forward(), connection.heldGain(), backward, tap);
            ErrorLayouts errors = parameters.errors();
            if (errors != null && errors.backward() != null) {
                float gain = connection.backwardGain() / feedback;
                kernels.transpose(connection.geometry(), parameters.forward(), gain, errors.backward(), tap);
            }
        }
    }

    static void requireLength(String what, int found, long expected) {
        if (found != expected) {
            throw new BadInputException(
                    found + " " + what + " were given for one layer; " + expected + " were expected.");
        }
    }

    private interface Weight {
        /**
         * @param at its place in interchange order
         * @param tap its tap of the learnt kernel
         * @param in channel of the layer below
         * @param out channel of the layer
         */
        void visit(int at, int tap, int in, int out);
    }

    /**
     * Both kinds of layer are flattened channel-major: a linear layer's input is {@code (channel, y, x)} of the layer below.
     */
    private static void forEach(Connection connection, Weight weight) {
        int taps = connection.kernelHeight() * connection.kernelWidth();
        int at = 0;
        for (int out = 0; out < connection.layer().channels(); out++) {
            for (int in = 0; in < connection.below().channels(); in++) {
                for (int tap = 0; tap < taps; tap++, at++) {
                    weight.visit(at, tap, in, out);
                }
            }
        }
    }

    private static int row(Connection connection, int tap, int in) {
        return tap * connection.below().channelStride() + in;
    }
}
