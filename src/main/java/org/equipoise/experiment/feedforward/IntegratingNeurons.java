package org.equipoise.experiment.feedforward;

/** Integrate-and-fire neurons of a layer, laid out as the maps of an {@link Operator}. */
final class IntegratingNeurons {
    private final float[] r;
    private final float[] threshold;

    /**
     * @param r resistance, one a neuron
     * @param threshold potential above which a neuron fires, and what a spike takes off it, one a neuron
     */
    IntegratingNeurons(float[] r, float[] threshold) {
        this.r = r;
        this.threshold = threshold;
    }

    /**
     * @param current what reaches them in a step
     * @param potential moved on
     * @param spikes 1 where a neuron fires and 0 elsewhere, replaced
     */
    void step(float[] current, float[] potential, float[] spikes) {
        for (int n = 0; n < current.length; n++) {
            float value = potential[n] + r[n] * current[n];
            float fired = value > threshold[n] ? 1f : 0f;
            spikes[n] = fired;
            potential[n] = value - threshold[n] * fired;
        }
    }

    /**
     * @param current what reaches them in every step, replaced by the spikes a step with which they answer that in the long run
     */
    void rates(float[] current) {
        for (int n = 0; n < current.length; n++) {
            current[n] = Math.clamp(r[n] * current[n] / threshold[n], 0f, 1f);
        }
    }
}
