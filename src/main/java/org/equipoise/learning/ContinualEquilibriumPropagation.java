package org.equipoise.learning;

import org.equipoise.config.Algorithm.UpdateTime;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.dynamics.TileUse;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Equilibrium Propagation that learns from every step of the nudge phase by what that step changes, so that nothing of the free phase
 * need be remembered.
 *
 * <pre>
 * w(t+1) = w(t) + η / (β N) · Σ over the batch of the step's contrast
 * </pre>
 *
 * <p>With {@link StepContrast#OF_STATES} this is C-EP (Ernoult, Grollier, Querlioz, Bengio and Scellier 2020), with {@link
 * StepContrast#OF_SPIKES} EqSpike (Martin et al. 2021), whose changes may also be gathered and taken on at the end of the phase. All
 * images of a batch make a step together, as the weights that they share may move between any two.
 */
final class ContinualEquilibriumPropagation implements Learner {
    private final MemoryScope.Holding memory;
    private final Topology topology;
    private final PhaseSettings phases;
    private final PhaseProgram program;
    private final LearntImages learnt;
    private final StepContrast step;
    private final UpdateTime updateTime;
    private final @Nullable Particles particles;
    private final Kernels kernels;
    private final SettlingTeam team;
    private final BatchStates states;
    private final Gradients gradients;
    private final ContrastiveGradient contrast;
    private final Optimiser optimiser;
    private final PhaseTimes times = new PhaseTimes();

    ContinualEquilibriumPropagation(
            MemoryScope memory,
            Configuration configuration,
            StepContrast step,
            UpdateTime updateTime,
            @Nullable Particles particles,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        this.memory = memory.holding();
        this.topology = parameters.topology();
        int batch = configuration.training().batch();
        this.phases = configuration.phases();
        this.program = PhaseProgram.of(configuration);
        this.learnt = LearntImages.of(configuration);
        this.step = step;
        this.updateTime = updateTime;
        this.particles = particles;
        this.kernels = kernels;
        this.team = new SettlingTeam(memory, configuration, parameters, kernels, workers, batch, TileUse.HELD);
        this.states = BatchStates.in(memory, topology, batch);
        this.gradients = Gradients.in(memory, topology);
        this.contrast = new ContrastiveGradient(memory, topology, kernels, workers);
        this.optimiser = Optimiser.in(memory, configuration, parameters, kernels, workers);
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
    public SettlingTeam team() {
        return team;
    }

    @Override
    public @Nullable FloatTensor activations(int layer) {
        if (layer == topology.connections().size()) {
            return states.output();
        }
        // EqSpike keeps spikes and changes of rates in the place of activations.
        return step == StepContrast.OF_STATES ? states.positive(layer) : null;
    }

    @Override
    public SpikeCounts spikeCounts() {
        return team.spikeCounts();
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        team.countSpikesAfter(counted);
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
        float beta = phases.scheme() == Scheme.RANDOM_SIGN && !positive ? -phases.beta() : phases.beta();
        float scale = step.factor() * EquilibriumPropagation.scale(phases.scheme(), beta, images);
        team.forEachHeldTile(images, this::settle);
        boolean everyStep = updateTime == UpdateTime.EVERY_STEP;
        for (int done = 0; done < phases.nudge(); done++) {
            int made = done;
            boolean first = done == 0;
            boolean moved = everyStep && !first;
            team.forEachHeldTile(
                    images, (settling, firstImage, count) -> nudge(settling, firstImage, count, beta, made, moved));
            if (done == phases.nudge() - 1) {
                settled.run();
            }
            long nudged = System.nanoTime();
            PhaseEvent summing = PhaseEvent.begun();
            if (first || everyStep) {
                contrast.sum(states, images, gradients);
            } else {
                contrast.add(states, images, gradients);
            }
            summing.end(LearningPhase.GRADIENT, images, 0, 0);
            times.add(LearningPhase.GRADIENT, nudged);
            if (everyStep || done == phases.nudge() - 1) {
                update(images, scale, rateFactor);
            }
        }
        team.releaseTiles(images);
    }

    private void update(int images, float scale, float rateFactor) {
        long start = System.nanoTime();
        PhaseEvent updating = PhaseEvent.begun();
        optimiser.apply(gradients, scale, rateFactor);
        updating.end(LearningPhase.UPDATE, images, 0, 0);
        times.add(LearningPhase.UPDATE, start);
    }

    private void settle(Settling settling, int first, int count) {
        long start = System.nanoTime();
        PhaseEvent event = PhaseEvent.begun();
        settling.image().copyFrom(0, states.image(), first, count);
        settling.target().copyFrom(0, states.target(), first, count);
        program.free(settling, first, count, particles, new PhaseProgram.Observer() {
            @Override
            public void counts(Settling tile, Phase phase, float beta, StateMean mean) {
                mean.include(states.output(), first, tile.output(), count);
            }
        });
        learnt.leaveOut(states, settling, first, count);
        event.end(LearningPhase.FREE, count, phases.free(), settling.steps().taken());
        times.add(LearningPhase.FREE, start);
    }

    private void nudge(Settling settling, int first, int count, float beta, int made, boolean moved) {
        long start = System.nanoTime();
        PhaseEvent event = PhaseEvent.begun();
        if (moved) {
            settling.invalidateWeights();
        }
        step.before(states, settling, first, count, made == 0 ? 0f : beta);
        program.advance(settling, Phase.POSITIVE, beta, made, made + 1, PhaseProgram.Observer.NONE);
        step.after(states, settling, first, count, beta, kernels);
        learnt.cancel(states, settling, first, count);
        event.end(LearningPhase.POSITIVE_NUDGE, count, 1, count);
        times.add(LearningPhase.POSITIVE_NUDGE, start);
    }

    @Override
    public void close() {
        memory.close();
    }
}
