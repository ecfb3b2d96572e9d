package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;

/**
 * One tile of settling images for each worker. A batch is cut into tiles, which any worker may take: images settle
 * independently, so neither the cut nor the worker changes a result.
 */
public final class SettlingTeam implements AutoCloseable {
    private final Topology topology;
    private final Workers workers;
    private final Tiling tiling;
    private final List<Settling> tiles = new ArrayList<>();
    private final long[] spikes;
    private final long[] opportunities;
    private StepCount steps = StepCount.NONE;

    /** Work on one tile. */
    @FunctionalInterface
    public interface TileWork {
        /**
         * @param settling the tile's state, in the hands of this call alone
         * @param firstImage the batch's image that is the tile's first
         * @param images how many images the tile holds
         */
        void run(Settling settling, int firstImage, int images);
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param configuration neurons, when an image has settled, and the most images of a tile
     * @param parameters the network's weights
     * @param kernels the arithmetic
     * @param workers who shares the tiles
     * @param images the most images of a batch
     * @param use what the tiles are for
     */
    public SettlingTeam(
            MemoryScope memory,
            Configuration configuration,
            Parameters parameters,
            Kernels kernels,
            Workers workers,
            int images,
            TileUse use) {
        this.topology = parameters.topology();
        this.workers = workers;
        this.tiling =
                Tiling.of(images, workers.threads(), configuration.training().tile());
        this.spikes = new long[topology.depth() + 1];
        this.opportunities = new long[topology.depth() + 1];
        int batch = use == TileUse.HELD ? tiling.tiles(images) : 0;
        for (int number = 0; number < Math.max(workers.threads(), batch); number++) {
            tiles.add(Settling.in(
                    memory,
                    configuration.neuron(),
                    configuration.phases().settle(),
                    parameters,
                    kernels,
                    "settling " + number,
                    tiling.most(),
                    use.savesState()));
        }
    }

    /**
     * @param images how many images the batch holds
     * @param work what to do with each tile
     */
    public void forEachTile(int images, TileWork work) {
        workers.forEach(tiling.tiles(images), (worker, number) -> {
            Tile tile = tiling.tile(images, number, worker);
            Settling settling = tiles.get(worker);
            work.run(settling, tile.first(), tile.count());
            synchronized (spikes) {
                settling.countSpikes(spikes, opportunities);
                steps = steps.plus(settling.steps());
            }
        });
    }

    /**
     * As {@link #forEachTile}, but each tile keeps its images from one call to the next, and their steps and spikes count when {@link
     * #releaseTiles} says that the batch is over. Nothing else may settle in the team until then.
     *
     * @param images how many images the batch holds, the same in every call
     * @param work what to do with each tile
     */
    public void forEachHeldTile(int images, TileWork work) {
        workers.forEach(tiling.tiles(images), (worker, number) -> {
            Tile tile = tiling.tile(images, number, worker);
            work.run(tiles.get(number), tile.first(), tile.count());
        });
    }

    /**
     * Counts the steps and spikes of tiles that were held.
     *
     * @param images how many images the batch holds
     */
    public void releaseTiles(int images) {
        synchronized (spikes) {
            for (Settling settling : tiles.subList(0, tiling.tiles(images))) {
                settling.countSpikes(spikes, opportunities);
                steps = steps.plus(settling.steps());
            }
        }
    }

    /** {@return the steps of all images since the team began, taken and saved} */
    public StepCount steps() {
        synchronized (spikes) {
            return steps;
        }
    }

    /** Forgets the spikes counted so far. */
    public void resetFiringRates() {
        countSpikesAfter(SpikeCounts.NONE);
    }

    /**
     * Counts from now on as if these spikes had been counted before and no others.
     *
     * @param counted spikes of a network of the same depth, or none
     */
    public void countSpikesAfter(SpikeCounts counted) {
        synchronized (spikes) {
            Arrays.fill(spikes, 0);
            Arrays.fill(opportunities, 0);
            for (int l = 0; l < counted.spikes().size(); l++) {
                spikes[l] = counted.spikes().get(l);
                opportunities[l] = counted.opportunities().get(l);
            }
        }
    }

    /** {@return the spikes since the last reset} */
    public SpikeCounts spikeCounts() {
        synchronized (spikes) {
            return opportunities[0] == 0
                    ? SpikeCounts.NONE
                    : new SpikeCounts(
                            Arrays.stream(spikes).boxed().toList(),
                            Arrays.stream(opportunities).boxed().toList());
        }
    }

    /**
     * @return spikes a neuron and step of each layer, from the image on, since the last reset; empty for neurons that do not
     *     spike
     */
    public double[] firingRates() {
        return spikeCounts().rates();
    }

    @Override
    public void close() {
        tiles.forEach(Settling::close);
    }
}
