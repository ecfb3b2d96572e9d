package org.equipoise.learning;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Equilibrium Propagation whose two phases advance side by side, so that its gradient can be read after every nudge step. After the last
 * one {@link #contrast} is the gradient that {@link EquilibriumPropagation} applies, bit for bit.
 *
 * <p>The difference between two steps, {@code 1/β (∂Φ/∂θ(s_(t+1)) − ∂Φ/∂θ(s_t))}, is what Ernoult et al. 2019 compare with the gradient
 * of one step of back-propagation. A sign that is drawn for each batch is taken to be positive.
 *
 * <p>Use: fill {@link #image()} and {@link #target()}, {@link #settle}, then {@link #nudge} and {@link #contrast} in
 * turn.
 */
public final class SteppedNudge implements AutoCloseable {
    /** Enough images that a pass over a block of weights pays, few enough that their state stays near. */
    private static final int MAX_IMAGES = 64;

    private final MemoryScope.Holding memory;
    private final PhaseSettings phases;
    private final Topology topology;
    private final Workers workers;
    private final int images;
    private final List<Tile> tiles = new ArrayList<>();
    private final PhaseProgram program;
    private final BatchStates states;
    /** Mean states of the steps that count, where there are several: those of the present steps are needed beside them. */
    private final @Nullable BatchStates averaged;

    private final Gradients gradients;
    private final ContrastiveGradient contrast;
    private int made;

    /** Some images, once for each phase. */
    private record Tile(int firstImage, int images, Settling positive, Settling negative) {
        Settling settling(int half) {
            return half == 0 ? positive : negative;
        }
    }

    /**
     * @param memory a scope of its own, all of which is given back when it is closed
     * @param configuration phases, neurons and the size of the batch, all of whose images are used
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public SteppedNudge(
            MemoryScope memory, Configuration configuration, Parameters parameters, Kernels kernels, Workers workers) {
        this.phases = configuration.phases();
        this.memory = memory.holding();
        this.topology = parameters.topology();
        this.workers = workers;
        this.images = configuration.training().batch();
        int most = tileImages(images, workers.threads());
        for (int first = 0; first < images; first += most) {
            int count = Math.min(most, images - first);
            tiles.add(new Tile(
                    first,
                    count,
                    half(memory, configuration, parameters, kernels, "positive", first, count),
                    half(memory, configuration, parameters, kernels, "negative", first, count)));
        }
        this.program = PhaseProgram.of(configuration);
        this.states = BatchStates.in(memory, topology, images);
        this.averaged = phases.average().ofLastSteps() ? null : BatchStates.in(memory, topology, images);
        this.gradients = Gradients.in(memory, topology);
        this.contrast = new ContrastiveGradient(memory, parameters, kernels, workers);
    }

    private static Settling half(
            MemoryScope memory,
            Configuration configuration,
            Parameters parameters,
            Kernels kernels,
            String sign,
            int firstImage,
            int images) {
        return Settling.in(
                memory,
                configuration.neuron(),
                configuration.phases().settle(),
                parameters,
                kernels,
                sign + " phase from image " + firstImage,
                images,
                true);
    }

    /** A tile keeps two threads busy. */
    private static int tileImages(int images, int threads) {
        int least = Math.max(Math.ceilDiv(threads, 2), Math.ceilDiv(images, MAX_IMAGES));
        return Math.ceilDiv(images, least);
    }

    /** {@return the batch's clamped images, in [0, 1]} */
    public FloatTensor image() {
        return states.image();
    }

    /** {@return the batch's targets y} */
    public FloatTensor target() {
        return states.target();
    }

    /** Lets the whole batch go through the free phase. */
    public void settle() {
        made = 0;
        forEachHalf((tile, half) -> {
            Settling settling = tile.settling(half);
            settling.image().copyFrom(0, states.image(), tile.firstImage(), tile.images());
            settling.target().copyFrom(0, states.target(), tile.firstImage(), tile.images());
            program.free(settling, tile.firstImage(), tile.images(), null, keeping(tile, half));
            if (phases.branches()) {
                // Nothing is gone back to, but spiking currents are summed afresh from a remembered state on.
                settling.saveState();
            }
        });
    }

    /** Keeps the mean states of a half that counts, where there are several steps to it. */
    private PhaseProgram.Observer keeping(Tile tile, int half) {
        BatchStates means = averaged;
        Counting counting = half == 0 ? Counting.POSITIVE : Counting.NEGATIVE;
        Phase counted = half == 0 ? Phase.POSITIVE : program.reference();
        if (means == null) {
            return PhaseProgram.Observer.NONE;
        }
        return new PhaseProgram.Observer() {
            @Override
            public void counts(Settling settling, Phase phase, float beta, StateMean mean) {
                if (phase == counted) {
                    means.keep(settling, tile.firstImage(), tile.images(), beta, counting, mean);
                }
            }
        };
    }

    /**
     * How far the states of a network without spikes are from rest, between {@link #settle} and the first {@link #nudge}.
     *
     * @return the largest change of an activation in one more free step, which is taken back
     */
    public double movement() {
        double largest = 0;
        for (Tile tile : tiles) {
            // The phase that surely moves on, as a free step leaves other winners of maximum pooling behind.
            Settling moved = tile.positive();
            moved.saveState();
            moved.free(1);
            for (int l = 1; l <= topology.depth(); l++) {
                largest = Math.max(
                        largest,
                        largestDifference(moved.states(l), tile.negative().states(l), tile.images()));
            }
            moved.restoreState();
        }
        return largest;
    }

    private static double largestDifference(FloatTensor one, FloatTensor other, int images) {
        double largest = 0;
        for (int image = 0; image < images; image++) {
            for (int index = 0; index < one.layout().paddedNeurons(); index++) {
                largest = Math.max(largest, Math.abs((double) one.get(image, index) - other.get(image, index)));
            }
        }
        return largest;
    }

    /**
     * Moves both phases on.
     *
     * @param steps how many steps
     */
    public void nudge(int steps) {
        int done = made;
        made += steps;
        forEachHalf((tile, half) -> {
            Phase phase = half == 0 ? Phase.POSITIVE : program.reference();
            if (phase != Phase.FREE) {
                program.advance(tile.settling(half), phase, phases.beta(), done, done + steps, keeping(tile, half));
            }
        });
    }

    /** {@return the contrast between the phases as they are now, or after the last step as it counts, summed over the batch; valid until the next call} */
    public Gradients contrast() {
        contrast.sum(compared(), images, gradients);
        return gradients;
    }

    private BatchStates compared() {
        if (averaged != null && made == phases.nudge()) {
            states.copyPhases(averaged, images);
            return states;
        }
        float negative = program.reference().beta(phases.beta());
        for (Tile tile : tiles) {
            states.keep(tile.positive(), tile.firstImage(), tile.images(), phases.beta(), Counting.POSITIVE);
            states.keep(tile.negative(), tile.firstImage(), tile.images(), negative, Counting.NEGATIVE);
        }
        return states;
    }

    /** {@return the factor from a summed contrast to the mean negative gradient of the loss} */
    public float scale() {
        return EquilibriumPropagation.scale(phases.scheme(), phases.beta(), images);
    }

    /** Work on the images of a tile in one of the phases. */
    @FunctionalInterface
    private interface HalfWork {
        void run(Tile tile, int half);
    }

    private void forEachHalf(HalfWork work) {
        workers.forEach(2 * tiles.size(), (worker, number) -> work.run(tiles.get(number / 2), number % 2));
    }

    @Override
    public void close() {
        memory.close();
    }
}
