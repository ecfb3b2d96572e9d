package org.equipoise;

/** Which implementation of the arithmetic a network uses. Results have the same bits with each. */
public enum KernelChoice {
    /**
     * Vectors where this JVM has them and they are fast, else scalar code; the system properties {@code equipoise.kernels} and {@code
     * equipoise.requireVector} are heeded.
     */
    AUTOMATIC,
    /** Scalar code, whatever the system properties say. */
    SCALAR,
    /** Vectors, be they slow, whatever the system properties say; where there are none, opening the network fails and says why. */
    VECTOR
}
