package org.equipoise.data;

import org.equipoise.random.CounterRandom;

/**
 * The order in which training meets the examples: a fresh shuffle for each epoch, the same for the same seed on any machine.
 *
 * <p>A run resumed at some epoch needs nothing but these numbers to go on as it would have.
 *
 * @param examples how many examples there are, at least 1
 */
public record ExampleOrder(long seed, int examples) {
    /** Refuses an order of nothing. */
    public ExampleOrder {
        if (examples < 1) {
            throw new IllegalArgumentException("An order of " + examples + " examples was asked for");
        }
    }

    /**
     * @param epoch which epoch, its own stream of {@link CounterRandom}
     * @return each of 0 … examples − 1 once, all orders equally likely (Fisher–Yates)
     */
    public int[] epoch(int epoch) {
        CounterRandom random = new CounterRandom(seed, epoch);
        int[] order = new int[examples];
        for (int i = 0; i < examples; i++) {
            int j = random.below(i + 1, i);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
