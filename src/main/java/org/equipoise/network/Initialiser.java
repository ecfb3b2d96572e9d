package org.equipoise.network;

import org.equipoise.random.CounterRandom;

/**
 * Uniform initial weights and biases, {@code U(±1/√fan_in)}, as PyTorch's layers have them (Kaiming uniform with {@code a = √5}).
 *
 * @param seed the run's seed
 */
public record Initialiser(long seed) {
    private static final long WEIGHT_STREAM = 1L << 40;
    private static final long BIAS_STREAM = 1L << 41;
    private static final int MANTISSA_BITS = 24;

    /**
     * Draws all parameters. Each value is keyed by seed, layer and place, so it does not depend on the other layers.
     *
     * @param parameters written; the derived layouts are not
     */
    public void fill(Parameters parameters) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            double bound = 1 / Math.sqrt(connection.fanIn());
            parameters.setWeights(l, uniform(WEIGHT_STREAM + l, Math.toIntExact(connection.weights()), bound));
            parameters.setBiases(l, uniform(BIAS_STREAM + l, connection.layer().channels(), bound));
        }
    }

    private float[] uniform(long stream, int count, double bound) {
        CounterRandom random = new CounterRandom(seed, stream);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double unit = (double) (random.bits(i) >>> (Long.SIZE - MANTISSA_BITS)) / (1L << MANTISSA_BITS);
            values[i] = (float) (bound * (2 * unit - 1));
        }
        return values;
    }
}
