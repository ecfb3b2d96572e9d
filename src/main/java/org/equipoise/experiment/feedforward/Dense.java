package org.equipoise.experiment.feedforward;

import org.equipoise.interop.nir.NirNode;

/** All to all, visiting the inputs that are not zero. */
final class Dense implements Operator {
    private final int inputs;
    private final int units;

    /** (in, out): units that are added to lie side by side. */
    private final float[] weights;

    private final float[] bias;

    Dense(NirNode.Affine node) {
        this.units = (int) node.weight().shape().size(0);
        this.inputs = (int) node.weight().shape().size(1);
        this.bias = node.bias().values();
        float[] given = node.weight().values();
        this.weights = new float[given.length];
        for (int unit = 0; unit < units; unit++) {
            for (int in = 0; in < inputs; in++) {
                weights[in * units + unit] = given[unit * inputs + in];
            }
        }
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return units;
    }

    @Override
    public void apply(float[] input, float[] output) {
        System.arraycopy(bias, 0, output, 0, units);
        for (int in = 0; in < inputs; in++) {
            float value = input[in];
            if (value != 0f) {
                for (int unit = 0; unit < units; unit++) {
                    output[unit] += value * weights[in * units + unit];
                }
            }
        }
    }

    @Override
    public void transposed(float[] output, float[] input) {
        for (int in = 0; in < inputs; in++) {
            float sum = 0f;
            for (int unit = 0; unit < units; unit++) {
                sum += output[unit] * weights[in * units + unit];
            }
            input[in] = sum;
        }
    }
}
