package org.equipoise.kernel;

/**
 * The constants of one step of spiking neurons (Sigma-Delta quantiser with predictive coding, O'Connor et al. 2019).
 *
 * @param retain {@code 1 - λ}, what the decoder keeps
 * @param lambda {@code λ}, the weight of the newest current
 * @param inverseLambda {@code 1 / λ}, rounded once
 * @param epsilon {@code ε}, the step size
 * @param threshold {@code θ}, the potential above which a neuron fires
 */
public record SigmaDeltaStep(float retain, float lambda, float inverseLambda, float epsilon, float threshold) {
    /**
     * @param lambda {@code λ} in (0, 1]
     * @param epsilon {@code ε} in (0, 1]
     * @param threshold {@code θ}
     * @return the constants, each rounded once to float32
     */
    public static SigmaDeltaStep of(float lambda, float epsilon, float threshold) {
        return new SigmaDeltaStep(1f - lambda, lambda, 1f / lambda, epsilon, threshold);
    }
}
