package org.equipoise.experiment.feedforward;

import org.equipoise.interop.Shape;

/** From positions and then channels to channels and then positions, the order of a row. */
final class Flattening implements Operator {
    private final int channels;
    private final int positions;

    Flattening(Shape input) {
        this.channels = (int) input.size(0);
        this.positions = (int) input.elements() / channels;
    }

    @Override
    public int inputs() {
        return channels * positions;
    }

    @Override
    public int outputs() {
        return channels * positions;
    }

    @Override
    public void apply(float[] input, float[] output) {
        for (int position = 0; position < positions; position++) {
            for (int c = 0; c < channels; c++) {
                output[c * positions + position] = input[position * channels + c];
            }
        }
    }

    @Override
    public void transposed(float[] output, float[] input) {
        for (int position = 0; position < positions; position++) {
            for (int c = 0; c < channels; c++) {
                input[position * channels + c] = output[c * positions + position];
            }
        }
    }
}
