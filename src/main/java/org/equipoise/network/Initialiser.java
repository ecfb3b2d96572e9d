package org.equipoise.network;

import org.equipoise.config.Initialisation;
import org.equipoise.config.TrainingSettings;
import org.equipoise.random.CounterRandom;

/**
 * Uniform initial parameters: by {@link Initialisation#FAN_IN} weights and biases from {@code U(±1/√fan_in)}, as PyTorch's layers have
 * them (Kaiming uniform with {@code a = √5}); by {@link Initialisation#GLOROT} weights from {@code U(±√(6 / (fan_in + fan_out)))} and
 * biases of zero.
 *
 * @param seed the run's seed
 * @param kind which of them
 */
public record Initialiser(long seed, Initialisation kind) {
    private static final long WEIGHT_STREAM = 1L << 40;
    private static final long BIAS_STREAM = 1L << 41;
    private static final int MANTISSA_BITS = 24;

    /**
     * By fan-in.
     *
     * @param seed the run's seed
     */
    public Initialiser(long seed) {
        this(seed, Initialisation.FAN_IN);
    }

    /**
     * @param settings a run's settings
     * @return what its parameters start with
     */
    public static Initialiser of(TrainingSettings settings) {
        return new Initialiser(settings.seed(), settings.initial());
    }

    /**
     * Draws all parameters. Each value is keyed by seed, layer and place, so it does not depend on the other layers.
     *
     * @param parameters written; the derived layouts are not
     */
    public void fill(Parameters parameters) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            double bound = bound(connection);
            double ofBiases = kind == Initialisation.GLOROT ? 0 : bound;
            parameters.setWeights(l, uniform(WEIGHT_STREAM + l, Math.toIntExact(connection.weights()), bound));
            parameters.setBiases(l, uniform(BIAS_STREAM + l, connection.layer().channels(), ofBiases));
        }
    }

    private double bound(Connection connection) {
        return switch (kind) {
            case FAN_IN -> 1 / Math.sqrt(connection.fanIn());
            case GLOROT -> Math.sqrt(6.0 / (connection.fanIn() + (double) connection.fanOut()));
        };
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
