package org.equipoise.experiment.feedforward;

import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirNode;

/** A convolution that visits the inputs that are not zero and adds their weights to all channels of each window they are in. */
final class Convolution implements Operator {
    private final int rows;
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
        this.channelsIn = (int) input.size(0);
        this.rows = (int) input.size(1);
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

    @Override
    public int inputs() {
        return rows * columns * channelsIn;
    }

    @Override
    public int outputs() {
        return outputRows * outputColumns * channels;
    }

    @Override
    public void apply(float[] input, float[] output) {
        for (int position = 0; position < outputRows * outputColumns; position++) {
            System.arraycopy(bias, 0, output, position * channels, channels);
        }
        for (int index = 0; index < input.length; index++) {
            float value = input[index];
            if (value != 0f) {
                scatter(index, value, output);
            }
        }
    }

    private void scatter(int index, float value, float[] output) {
        int channel = index % channelsIn;
        int row = index / channelsIn / columns + padding;
        int column = index / channelsIn % columns + padding;
        for (int y = firstWindow(row, kernelRows); y <= lastWindow(row, outputRows); y++) {
            for (int x = firstWindow(column, kernelColumns); x <= lastWindow(column, outputColumns); x++) {
                int tap = (row - y * stride) * kernelColumns + column - x * stride;
                int from = (tap * channelsIn + channel) * channels;
                int to = (y * outputColumns + x) * channels;
                for (int c = 0; c < channels; c++) {
                    output[to + c] += value * weights[from + c];
                }
            }
        }
    }

    @Override
    public void transposed(float[] output, float[] input) {
        for (int index = 0; index < input.length; index++) {
            input[index] = gather(index, output);
        }
    }

    private float gather(int index, float[] output) {
        int channel = index % channelsIn;
        int row = index / channelsIn / columns + padding;
        int column = index / channelsIn % columns + padding;
        float sum = 0f;
        for (int y = firstWindow(row, kernelRows); y <= lastWindow(row, outputRows); y++) {
            for (int x = firstWindow(column, kernelColumns); x <= lastWindow(column, outputColumns); x++) {
                int tap = (row - y * stride) * kernelColumns + column - x * stride;
                int from = (tap * channelsIn + channel) * channels;
                int at = (y * outputColumns + x) * channels;
                for (int c = 0; c < channels; c++) {
                    sum += output[at + c] * weights[from + c];
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
