package org.equipoise.learning;

import java.util.function.Consumer;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.dynamics.Segments;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.dynamics.Tile;
import org.equipoise.dynamics.TileUse;
import org.equipoise.dynamics.Tiling;
import org.equipoise.dynamics.Unrolling;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Back-propagation through the steps of the free phase, or through the one pass of a network without feedback: what Equilibrium
 * Propagation does without, and is compared with.
 *
 * <p>The batch is walked back in lockstep: for each step, threads first take tiles of images, then parts of the weights, for which
 * they sum all images in one order. So the gradient has the same bits for any number of threads, and no thread needs one of its own.
 */
public final class BackpropagationThroughTime implements Learner {
    /** Enough images that a pass over a block of weights pays, few enough that their state stays near. */
    private static final int MAX_IMAGES = 32;

    private final MemoryScope.Holding memory;
    private final Topology topology;
    private final Workers workers;
    private final Tiling tiling;
    private final SettlingTeam team;
    private final Unrolling unrolling;
    private final Gradients gradients;
    private final UnrolledGradient sum;
    private final Optimiser optimiser;
    private final PhaseTimes times = new PhaseTimes();
    private StepCount steps = StepCount.NONE;

    /**
     * @param memory a scope of its own, all of which is given back when it is closed
     * @param configuration the length of the free phase, learning and neurons
     * @param settings truncation, tape and surrogate
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public BackpropagationThroughTime(
            MemoryScope memory,
            Configuration configuration,
            Backpropagation settings,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        this.memory = memory.holding();
        this.topology = parameters.topology();
        int images = configuration.training().batch();
        this.workers = workers;
        this.tiling = tiling(configuration, workers.threads());
        this.team = new SettlingTeam(memory, configuration, parameters, kernels, workers, images, TileUse.ONE_WAY);
        this.unrolling = Unrolling.in(memory, configuration, settings, parameters, kernels, tiling);
        this.gradients = Gradients.in(memory, topology);
        this.sum = new UnrolledGradient(memory, topology, kernels, workers);
        this.optimiser = Optimiser.in(memory, configuration, parameters, kernels, workers);
    }

    private static Tiling tiling(Configuration configuration, int threads) {
        int most = Math.min(MAX_IMAGES, configuration.training().tile());
        return Tiling.of(configuration.training().batch(), threads, most);
    }

    @Override
    public void learn(int images, boolean positive, float rateFactor, Runnable settled) {
        differentiate(images);
        settled.run();
        long summed = System.nanoTime();
        PhaseEvent updating = PhaseEvent.begun();
        optimiser.apply(gradients, scale(images), rateFactor);
        updating.end(LearningPhase.UPDATE, images, 0, 0);
        times.add(LearningPhase.UPDATE, summed);
    }

    /**
     * @param images images of the batch
     * @return the factor from the summed {@link #gradients()} to the mean negative gradient of the loss
     */
    public static float scale(int images) {
        return 1f / images;
    }

    /**
     * Sums the negative gradients of the losses of the batch's first images; parameters stay.
     *
     * @param images how many
     */
    public void differentiate(int images) {
        walkBack(images, null);
    }

    /** Hears of each step on the way back. */
    @FunctionalInterface
    public interface StepListener {
        /**
         * @param back how many steps lie after the one that was walked back, 0 for the last
         */
        void walkedBack(int back);
    }

    /**
     * The terms that {@link #differentiate(int)} sums, one by one: while the listener hears of a step, {@link #gradients()} holds what
     * that step alone brings, the negative gradient by the parameters as that step used them. A softmax readout sees the last state
     * alone, so step 0 brings all of its gradient.
     *
     * @param images how many
     * @param listener hears of each step, the last one first
     */
    public void differentiateSteps(int images, StepListener listener) {
        walkBack(images, listener);
    }

    private void walkBack(int images, @Nullable StepListener listener) {
        Segments segments = unrolling.segments();
        forEachTile(images, LearningPhase.FREE, segments.steps(), tile -> {
            unrolling.forward(tile);
            unrolling.differentiate(tile);
        });
        steps = steps.plus(new StepCount((long) images * segments.steps(), 0, 0, 0));
        int last = segments.count() - 1;
        for (int segment = last; segment >= 0; segment--) {
            if (segment < last) {
                int again = segment;
                forEachTile(
                        images,
                        LearningPhase.FREE,
                        segments.end(again) - segments.begin(again),
                        tile -> unrolling.recompute(again, tile));
            }
            for (int step = segments.end(segment) - 1; step >= segments.begin(segment); step--) {
                int back = step;
                if (listener != null) {
                    sum.forgetBiases(unrolling, images);
                }
                forEachTile(images, LearningPhase.BACKWARD, 1, tile -> unrolling.back(back, tile));
                long walked = System.nanoTime();
                PhaseEvent summing = PhaseEvent.begun();
                int later = segments.walked() - 1 - step;
                sum.addStep(unrolling, step, listener != null || later == 0, images, gradients);
                summing.end(LearningPhase.GRADIENT, images, 0, 0);
                times.add(LearningPhase.GRADIENT, walked);
                if (listener != null) {
                    sumOutsideWeights(images, later == 0);
                    listener.walkedBack(later);
                }
            }
        }
        if (listener == null) {
            sumOutsideWeights(images, true);
        }
    }

    /** Sums the gradients of biases and, of the last state, that of a readout. */
    private void sumOutsideWeights(int images, boolean lastState) {
        sum.sumBiases(unrolling, images, gradients);
        FloatTensor pull = unrolling.pull();
        if (pull == null) {
            return;
        }
        if (lastState) {
            sum.sumReadout(unrolling.lastState(), pull, images, gradients);
        } else {
            sum.clearReadout(gradients);
        }
    }

    private void forEachTile(int images, LearningPhase phase, int steps, Consumer<Tile> work) {
        workers.forEach(tiling.tiles(images), (worker, number) -> {
            long start = System.nanoTime();
            PhaseEvent event = PhaseEvent.begun();
            Tile tile = tiling.tile(images, number, worker);
            work.accept(tile);
            event.end(phase, tile.count(), steps, (long) tile.count() * steps);
            times.add(phase, start);
        });
    }

    /** {@return the sums that {@link #differentiate} has made, in the layout and direction that Equilibrium Propagation's have} */
    public Gradients gradients() {
        return gradients;
    }

    @Override
    public FloatTensor image() {
        return unrolling.image();
    }

    @Override
    public FloatTensor target() {
        return unrolling.target();
    }

    @Override
    public FloatTensor output() {
        return unrolling.output();
    }

    @Override
    public SettlingTeam team() {
        return team;
    }

    @Override
    public @Nullable FloatTensor activations(int layer) {
        // Of the others the tape holds some steps, by now cotangents.
        return layer == topology.connections().size() ? output() : null;
    }

    @Override
    public SpikeCounts spikeCounts() {
        return unrolling.spikeCounts();
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        unrolling.countSpikesAfter(counted);
    }

    /** {@return the steps of free phases, all of them taken; those that a checkpointed tape computes again count once} */
    @Override
    public StepCount steps() {
        return steps;
    }

    @Override
    public PhaseTimes times() {
        return times;
    }

    @Override
    public Optimiser optimiser() {
        return optimiser;
    }

    @Override
    public void close() {
        memory.close();
    }
}
