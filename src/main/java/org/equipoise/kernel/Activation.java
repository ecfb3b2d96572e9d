package org.equipoise.kernel;

/** The activation ρ of a rate neuron. */
public enum Activation {
    /** {@code clip(x, 0, 1)}. */
    CLIP,
    /** {@code clip(x / 2, 0, 1)}. */
    HALF_CLIP,
    /** {@code 1 / (1 + e^(-4(x - ½)))}. */
    SIGMOID,
    /** Hyperbolic tangent. */
    TANH;

    /**
     * @param x the drive
     * @return ρ(x), computed in double precision where it is not piecewise linear
     */
    public float apply(float x) {
        return switch (this) {
            case CLIP -> clip(x);
            case HALF_CLIP -> clip(x * 0.5f);
            case SIGMOID -> (float) (1.0 / (1.0 + StrictMath.exp(-4.0 * (x - 0.5))));
            case TANH -> (float) StrictMath.tanh(x);
        };
    }

    /**
     * @param x any number
     * @return it, or the nearer end of [0, 1]
     */
    public static float clip(float x) {
        return x < 0f ? 0f : x > 1f ? 1f : x;
    }
}
