package org.equipoise.kernel;

/**
 * What stands for the derivative of a spike by the potential, {@code ∂q/∂p}, which is zero almost everywhere (Neftci, Mostafa and
 * Zenke 2019).
 */
public sealed interface Surrogate {
    /**
     * {@code 1} where {@code |p − θ| < width}, else {@code 0}.
     *
     * @param width half the width of the window
     */
    record Rectangular(float width) implements Surrogate {}

    /**
     * {@code 1 / (1 + |p − θ| / width)²} (Zenke and Ganguli 2018).
     *
     * @param width distance from θ at which it has fallen to a quarter
     */
    record FastSigmoid(float width) implements Surrogate {}

    /** {@code 1} everywhere: neurons then learn as if they sent what they encode, as rate neurons do. */
    record Identity() implements Surrogate {}
}
