package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;

/**
 * Spikes of each layer, from the image on, and the neuron-steps they were fired in; both empty for networks that do not spike.
 *
 * @param spikes how many fired
 * @param opportunities neurons × steps × images
 */
public record SpikeCounts(List<Long> spikes, List<Long> opportunities) {
    /** Nothing counted. */
    public static final SpikeCounts NONE = new SpikeCounts(List.of(), List.of());

    /** Copies the lists. */
    public SpikeCounts {
        spikes = List.copyOf(spikes);
        opportunities = List.copyOf(opportunities);
        if (spikes.size() != opportunities.size()) {
            throw new IllegalArgumentException("Spikes of " + spikes.size() + " layers and opportunities of "
                    + opportunities.size() + " were counted");
        }
    }

    /**
     * @param other spikes of a network of the same depth, or none
     * @return both together
     */
    public SpikeCounts plus(SpikeCounts other) {
        if (spikes.isEmpty() || other.spikes.isEmpty()) {
            return spikes.isEmpty() ? other : this;
        }
        List<Long> fired = new ArrayList<>();
        List<Long> chances = new ArrayList<>();
        for (int l = 0; l < spikes.size(); l++) {
            fired.add(spikes.get(l) + other.spikes.get(l));
            chances.add(opportunities.get(l) + other.opportunities.get(l));
        }
        return new SpikeCounts(fired, chances);
    }

    /** {@return spikes a neuron and step of each layer, from the image on} */
    public double[] rates() {
        double[] rates = new double[spikes.size()];
        for (int l = 0; l < rates.length; l++) {
            rates[l] = (double) spikes.get(l) / opportunities.get(l);
        }
        return rates;
    }
}
