package org.equipoise.learning;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.ShardSettings;
import org.equipoise.config.ShardSettings.Reduction;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.dynamics.TileUse;
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
 * Equilibrium Propagation (Scellier and Bengio 2017; symmetric form: Laborieux et al. 2021): let the network settle, nudge its
 * output down the loss, and change each weight by the difference in the states it connects.
 *
 * <p>A softmax readout is learnt by the same rule. Its weights occur in {@code −E − βL} only as {@code −β L}, so the contrast
 * {@code (1/2β) [−β ∂L/∂w at +β  −  (+β ∂L/∂w at −β)]} is the ordinary gradient of the cross-entropy, averaged over the states of
 * the two nudge phases; against a free phase it is the gradient at the states of the one nudge phase.
 *
 * <p>Use: fill the batch's {@link BatchStates#image()} and {@link BatchStates#target()}, then {@link #learn}.
 */
public final class EquilibriumPropagation implements Learner {
    private final MemoryScope.Holding memory;
    private final PhaseSettings phases;
    private final PhaseProgram program;
    private final List<Phase> branches;
    private final Phase reference;
    private final LearntImages learnt;
    private final Topology topology;
    private final SettlingTeam team;
    private final BatchStates states;
    private final Gradients gradients;
    private final ContrastiveGradient contrast;
    private final @Nullable ShardedGradient sharded;
    private final Communicator communicator;
    private final Share share;
    private final Optimiser optimiser;
    private final PhaseTimes times = new PhaseTimes();
    private final @Nullable Particles particles;

    /**
     * All free phases start at rest, and no other process takes part.
     *
     * @param memory a scope of its own, all of which is given back when it is closed
     * @param configuration phases, learning and neurons
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public EquilibriumPropagation(
            MemoryScope memory, Configuration configuration, Parameters parameters, Kernels kernels, Workers workers) {
        this(memory, configuration, SingleProcess.INSTANCE, null, parameters, kernels, workers);
    }

    EquilibriumPropagation(
            MemoryScope memory,
            Configuration configuration,
            Communicator communicator,
            @Nullable Particles particles,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        this.particles = particles;
        ShardSettings shards = configuration.training().shards();
        this.communicator = communicator;
        this.share = new Share(shards.count(), communicator.size(), communicator.rank());
        int batch = share.capacity(configuration.training().batch());
        this.phases = configuration.phases();
        this.program = PhaseProgram.of(configuration);
        this.branches = program.branches();
        this.reference = program.reference();
        this.learnt = LearntImages.of(configuration);
        this.memory = memory.holding();
        this.topology = parameters.topology();
        this.team = new SettlingTeam(memory, configuration, parameters, kernels, workers, batch, use(phases));
        this.states = BatchStates.in(memory, topology, batch);
        this.gradients = Gradients.in(memory, topology);
        this.contrast = new ContrastiveGradient(memory, parameters, kernels, workers);
        this.sharded = cut(shards)
                ? new ShardedGradient(memory, topology, shards, share, communicator, contrast, gradients, workers)
                : null;
        this.optimiser = Optimiser.in(memory, configuration, parameters, kernels, workers);
    }

    /** Sums that may come in any order are made of all of a rank's images at once. */
    private static boolean cut(ShardSettings shards) {
        return shards.count() > 1 && shards.reduction() == Reduction.ORDERED;
    }

    /** Two phases that start from the end of the free one go back to it; a single one need not. */
    private static TileUse use(PhaseSettings phases) {
        return phases.branches() ? TileUse.BACK_AND_FORTH : TileUse.ONE_WAY;
    }

    /** {@return the batch's images, targets and states} */
    public BatchStates states() {
        return states;
    }

    @Override
    public FloatTensor image() {
        return states.image();
    }

    @Override
    public FloatTensor target() {
        return states.target();
    }

    @Override
    public FloatTensor output() {
        return states.output();
    }

    @Override
    public FloatTensor activations(int layer) {
        return layer == topology.connections().size() ? states.output() : states.positive(layer);
    }

    @Override
    public SpikeCounts spikeCounts() {
        return team.spikeCounts();
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        team.countSpikesAfter(counted);
    }

    /** {@return the tiles that settle, which also serve to test the network} */
    @Override
    public SettlingTeam team() {
        return team;
    }

    @Override
    public StepCount steps() {
        return team.steps();
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
    public void learn(int images, boolean positive, float rateFactor, Runnable settled) {
        float beta = beta(positive);
        contrast(images, beta, settled);
        long summed = System.nanoTime();
        PhaseEvent updating = PhaseEvent.begun();
        optimiser.apply(gradients, scale(phases.scheme(), beta, images), rateFactor);
        updating.end(LearningPhase.UPDATE, images, 0, 0);
        times.add(LearningPhase.UPDATE, summed);
    }

    /**
     * Settles and compares as {@link #learn} does with a nudge of positive sign, and changes no weight.
     *
     * @param images how many images of the batch are filled
     * @return summed contrasts; {@link #scale} leads to the mean negative gradient of the loss
     */
    public Gradients contrast(int images) {
        contrast(images, beta(true), () -> {});
        return gradients;
    }

    private float beta(boolean positive) {
        return phases.scheme() == Scheme.RANDOM_SIGN && !positive ? -phases.beta() : phases.beta();
    }

    private void contrast(int images, float beta, Runnable whenSettled) {
        int mine = share.count(images);
        if (mine > 0) {
            team.forEachTile(mine, (settling, first, count) -> settle(settling, first, count, beta));
        }
        whenSettled.run();
        long settled = System.nanoTime();
        PhaseEvent summing = PhaseEvent.begun();
        if (sharded == null) {
            contrast.sum(states, mine, gradients);
            gradients.sum(communicator);
        } else {
            sharded.sum(states, images);
        }
        summing.end(LearningPhase.GRADIENT, images, 0, 0);
        times.add(LearningPhase.GRADIENT, settled);
    }

    /**
     * @param scheme which phases are compared
     * @param beta β of the positive phase
     * @param images images of the batch
     * @return the factor from summed contrasts to the mean negative gradient of the loss: {@code 1 / (2 β N)} between +β and -β,
     *     {@code 1 / (β N)} against the free phase
     */
    public static float scale(Scheme scheme, float beta, int images) {
        return 1f / ((scheme == Scheme.SYMMETRIC ? 2f : 1f) * beta * images);
    }

    private void settle(Settling settling, int first, int count, float beta) {
        settling.image().copyFrom(0, states.image(), first, count);
        settling.target().copyFrom(0, states.target(), first, count);
        Keeping keeping = new Keeping(settling, first, count);
        program.free(settling, first, count, particles, keeping);
        learnt.leaveOut(states, settling, first, count);
        program.branch(settling, branches, beta, keeping);
        learnt.cancel(states, settling, first, count);
    }

    /** Keeps what the phases of a tile come to, and how long they take. */
    private final class Keeping implements PhaseProgram.Observer {
        private final Settling settling;
        private final int first;
        private final int count;
        private PhaseEvent event = PhaseEvent.begun();
        private long begun = System.nanoTime();
        private long taken;

        Keeping(Settling settling, int first, int count) {
            this.settling = settling;
            this.first = first;
            this.count = count;
        }

        @Override
        public void begins(Phase phase) {
            event = PhaseEvent.begun();
        }

        @Override
        public void counts(Settling tile, Phase phase, float beta, StateMean mean) {
            if (phase == Phase.FREE) {
                mean.include(states.output(), first, tile.output(), count);
            }
            if (phase == Phase.POSITIVE) {
                states.keep(tile, first, count, beta, Counting.POSITIVE, mean);
            } else if (phase == reference) {
                states.keep(tile, first, count, beta, Counting.NEGATIVE, mean);
            }
        }

        @Override
        public void looks(Settling tile, Phase phase, int step) {
            long all = settling.steps().taken();
            LearningPhase learning = LearningPhase.of(phase);
            event.end(learning, count, step, all - taken);
            taken = all;
            begun = times.add(learning, begun);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
