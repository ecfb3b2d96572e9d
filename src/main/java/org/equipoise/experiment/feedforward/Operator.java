package org.equipoise.experiment.feedforward;

import java.util.Arrays;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.interop.nir.NirTensor;

/**
 * A node without state, as a linear map and what is added to its result. Maps are laid out by position and then channel, rows by unit.
 */
abstract sealed class Operator {
    private final int inputs;
    private final int outputs;

    private Operator(int inputs, int outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** {@return how many values come in} */
    final int inputs() {
        return inputs;
    }

    /** {@return how many values go out} */
    final int outputs() {
        return outputs;
    }

    /**
     * @param output what goes out, replaced
     */
    abstract void apply(float[] input, float[] output);

    /**
     * The transpose of the linear map, which is where backward connections lead.
     *
     * @param output values at the output
     * @param input what they give at the input, replaced
     */
    abstract void transposed(float[] output, float[] input);

    /** A convolution that visits the inputs that are not zero and adds their weights to all channels of each window they are in. */
    static final class Convolution extends Operator {
        private final int columns;
        private final int channelsIn;
        private final int outputRows;
        private final int outputColumns;
        private final int channels;
        private final int kernelRows;
        private final int kernelColumns;
        private final int stride;
        private final int padding;
        /** (row and column of the kernel, channel in, channel out): channels that are added to lie side by side. */
        private final float[] weights;

        private final float[] bias;

        Convolution(NirNode.Conv2d node, Shape input, Shape output) {
            super((int) input.elements(), (int) output.elements());
            this.channelsIn = (int) input.size(0);
            this.columns = (int) input.size(2);
            this.channels = (int) output.size(0);
            this.outputRows = (int) output.size(1);
            this.outputColumns = (int) output.size(2);
            this.kernelRows = (int) node.weight().shape().size(2);
            this.kernelColumns = (int) node.weight().shape().size(3);
            this.stride = node.stride();
            this.padding = node.padding();
            this.bias = node.bias().values();
            float[] given = node.weight().values();
            int taps = kernelRows * kernelColumns;
            this.weights = new float[given.length];
            for (int out = 0; out < channels; out++) {
                for (int in = 0; in < channelsIn; in++) {
                    for (int tap = 0; tap < taps; tap++) {
                        weights[(tap * channelsIn + in) * channels + out] = given[(out * channelsIn + in) * taps + tap];
                    }
                }
            }
        }

        /** {@return all to all: a convolution over a single position} */
        static Convolution dense(NirNode.Affine node) {
            long units = node.weight().shape().size(0);
            long inputs = node.weight().shape().size(1);
            NirTensor kernels =
                    new NirTensor(Shape.of(units, inputs, 1, 1), node.weight().values());
            return new Convolution(
                    new NirNode.Conv2d(1, 1, kernels, 1, 0, node.bias()),
                    Shape.of(inputs, 1, 1),
                    Shape.of(units, 1, 1));
        }

        @Override
        void apply(float[] input, float[] output) {
            for (int position = 0; position < outputRows * outputColumns; position++) {
                System.arraycopy(bias, 0, output, position * channels, channels);
            }
            for (int index = 0; index < input.length; index++) {
                if (input[index] != 0f) {
                    visit(index, input[index], output, true);
                }
            }
        }

        @Override
        void transposed(float[] output, float[] input) {
            for (int index = 0; index < input.length; index++) {
                input[index] = visit(index, 0f, output, false);
            }
        }

        /** Goes through the windows that an input is in, and adds it to them times its weights, or sums them up times its weights. */
        private float visit(int index, float value, float[] output, boolean forward) {
            int channel = index % channelsIn;
            int row = index / channelsIn / columns + padding;
            int column = index / channelsIn % columns + padding;
            float sum = 0f;
            for (int y = firstWindow(row, kernelRows); y <= lastWindow(row, outputRows); y++) {
                for (int x = firstWindow(column, kernelColumns); x <= lastWindow(column, outputColumns); x++) {
                    int tap = (row - y * stride) * kernelColumns + column - x * stride;
                    int from = (tap * channelsIn + channel) * channels;
                    int at = (y * outputColumns + x) * channels;
                    if (forward) {
                        for (int c = 0; c < channels; c++) {
                            output[at + c] += value * weights[from + c];
                        }
                    } else {
                        for (int c = 0; c < channels; c++) {
                            sum += output[at + c] * weights[from + c];
                        }
                    }
                }
            }
            return sum;
        }

        private int firstWindow(int position, int kernel) {
            return Math.max(0, Math.ceilDiv(position - kernel + 1, stride));
        }

        private int lastWindow(int position, int windows) {
            return Math.min(windows - 1, position / stride);
        }
    }

    /** Pooling over windows that do not overlap, by the mean or the sum. */
    static final class WindowPooling extends Operator {
        private final int channels;
        private final int columns;
        private final int pooledRows;
        private final int pooledColumns;
        private final int size;
        private final float share;

        WindowPooling(NirNode.Pool2d node, Shape input, Shape output) {
            super((int) input.elements(), (int) output.elements());
            this.channels = (int) input.size(0);
            this.columns = (int) input.size(2);
            this.pooledRows = (int) output.size(1);
            this.pooledColumns = (int) output.size(2);
            this.size = node.size();
            this.share = node.pooling() == NirNode.Pooling.AVERAGE ? 1f / (size * size) : 1f;
        }

        @Override
        void apply(float[] input, float[] output) {
            Arrays.fill(output, 0f);
            forEachPair((at, pooled) -> output[pooled] += share * input[at]);
        }

        @Override
        void transposed(float[] output, float[] input) {
            Arrays.fill(input, 0f);
            forEachPair((at, pooled) -> input[at] = share * output[pooled]);
        }

        private void forEachPair(Pair pair) {
            for (int row = 0; row < pooledRows * size; row++) {
                for (int column = 0; column < pooledColumns * size; column++) {
                    int at = (row * columns + column) * channels;
                    int pooled = (row / size * pooledColumns + column / size) * channels;
                    for (int c = 0; c < channels; c++) {
                        pair.visit(at + c, pooled + c);
                    }
                }
            }
        }
    }

    /** From positions and then channels to channels and then positions, the order of a row. */
    static final class Flattening extends Operator {
        private final int channels;

        Flattening(Shape input) {
            super((int) input.elements(), (int) input.elements());
            this.channels = (int) input.size(0);
        }

        @Override
        void apply(float[] input, float[] output) {
            forEachPair((in, out) -> output[out] = input[in]);
        }

        @Override
        void transposed(float[] output, float[] input) {
            forEachPair((in, out) -> input[in] = output[out]);
        }

        private void forEachPair(Pair pair) {
            int positions = inputs() / channels;
            for (int position = 0; position < positions; position++) {
                for (int c = 0; c < channels; c++) {
                    pair.visit(position * channels + c, c * positions + position);
                }
            }
        }
    }

    /** An input and the output that it goes to. */
    private interface Pair {
        void visit(int input, int output);
    }
}
