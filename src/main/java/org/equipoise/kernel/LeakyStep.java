package org.equipoise.kernel;

/**
 * The constants of a step of leaky integrate-and-fire neurons.
 *
 * @param keep {@code 1 − γ}, what a membrane keeps of its potential
 * @param threshold θ, the potential above which a neuron fires, and what a spike takes off it
 * @param filter κ, the weight of the newest value in the low-pass filters
 */
public record LeakyStep(float keep, float threshold, float filter) {}
