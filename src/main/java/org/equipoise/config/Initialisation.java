package org.equipoise.config;

/** What parameters a network starts with. */
public enum Initialisation {
    /** Weights and biases from {@code U(±1/√fan_in)}, as PyTorch's layers have them. */
    FAN_IN,
    /**
     * Weights from {@code U(±√(6 / (fan_in + fan_out)))} and biases of zero (Glorot and Bengio 2010); the fans of a convolution are
     * channels times the area of its kernel.
     */
    GLOROT
}
