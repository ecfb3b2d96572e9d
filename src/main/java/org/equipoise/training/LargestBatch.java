package org.equipoise.training;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.distributed.Communicator;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemorySize;

/**
 * Finds the largest batch that would fit a memory budget.
 *
 * <p>Memory mostly grows with the batch, but a larger batch may be cut into smaller tiles, so that nearby sizes are all tried.
 */
record LargestBatch(Configuration configuration, Communicator communicator, int threads, int examples, Ledger ledger) {
    /** How much larger than a batch that fits one may be which fits although one between them does not. */
    private static final int TILES = 4;

    private boolean fits(int batch) {
        return ledger.fits(plans(batch));
    }

    private List<MemoryPlan> plans(int batch) {
        return plans(configuration.withBatch(batch));
    }

    private List<MemoryPlan> plans(Configuration one) {
        return TrainingState.plans(one, communicator, threads, examples);
    }

    /** {@return the most images of a tile, a power of two, with which the batch would fit as it is; 0 if none} */
    int findTile() {
        int most = Math.min(
                configuration.training().tile(), configuration.training().batch());
        int tile = Integer.highestOneBit(most);
        while (tile > 0 && !ledger.fits(plans(configuration.withTile(tile)))) {
            tile /= 2;
        }
        return tile;
    }

    /** {@return the most images, fewer than the batch has, that would fit; 0 if none} */
    int find() {
        int fitting = configuration.training().batch() / 2;
        while (fitting > 0 && !fits(fitting)) {
            fitting /= 2;
        }
        long most = Math.min(configuration.training().batch() - 1L, Math.max(1L, (long) TILES * fitting));
        for (int batch = (int) most; batch > fitting; batch--) {
            if (fits(batch)) {
                return batch;
            }
        }
        return fitting;
    }

    /** {@return what would fit, as part of a sentence} */
    String advice() {
        int batch = find();
        int tile = findTile();
        String otherwise = tile == 0 ? "" : ", or this one with training.tile=" + tile + ", which is slower";
        if (batch == 1) {
            return "a batch of one image would fit" + otherwise;
        }
        if (batch > 1) {
            return "a batch of " + batch + " images would fit" + otherwise;
        }
        long least = plans(1).stream().mapToLong(MemoryPlan::totalBytes).sum();
        return "even a batch of one image needs " + MemorySize.format(least);
    }
}
