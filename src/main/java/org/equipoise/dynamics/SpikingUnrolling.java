package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.NeuronSettings;
import org.equipoise.dynamics.SpikingForward.Scratch;
import org.equipoise.dynamics.SpikingForward.State;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.AdjointKernels.OutputCotangent;
import org.equipoise.kernel.AdjointKernels.Slope;
import org.equipoise.kernel.AdjointKernels.StateCotangents;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Spiking neurons unrolled, with surrogate gradients (Neftci, Mostafa and Zenke 2019) on a tape of bits.
 *
 * <p>With one segment, states are done with when the way back begins, and cotangents take their memory.
 */
final class SpikingUnrolling extends Unrolling {
    private static final String V = "v";
    private static final String PHI = "phi";

    private final NeuronSettings.SigmaDelta neuron;
    private final Backpropagation settings;
    private final FloatTensor imageSpikes;
    private final History<FloatTensor> before;
    private final SpikingForward forward;
    private final Tape tape;
    private final State checkpoints;
    private final FiringCounter counter;

    SpikingUnrolling(
            MemoryScope memory,
            NeuronSettings.SigmaDelta neuron,
            Backpropagation settings,
            int steps,
            Parameters parameters,
            Kernels kernels,
            int images,
            Tiling tiling) {
        super(
                memory,
                new Model(segments(settings, steps, parameters.topology(), images), List.of(S, V, PHI), true),
                parameters,
                kernels,
                images,
                tiling);
        this.neuron = neuron;
        this.settings = settings;
        this.imageSpikes = FloatTensor.in(memory, Account.STATES, "image spikes", topology.layout(0), images);
        Scratch scratch = segments.count() > 1
                ? Scratch.in(memory, topology, images)
                : new Scratch(
                        cotangents.state(S),
                        cotangents.state(V),
                        cotangents.state(PHI),
                        cotangents.currents(),
                        cotangents.sent());
        this.before = scratch.before();
        this.forward = new SpikingForward(memory, parameters, kernels, scratch, image(), pooling, winners, tiling);
        this.tape = Tape.in(memory, settings.surrogate(), topology, images, segments.length());
        this.checkpoints = checkpoints(memory, topology, images, segments.count() - 1);
        this.counter = new FiringCounter(topology);
    }

    private static Segments segments(Backpropagation settings, int steps, Topology topology, int images) {
        return Segments.of(
                settings,
                steps,
                (memory, slots) -> checkpoints(memory, topology, images, slots),
                (memory, slots) -> List.of(
                        Tape.in(memory, settings.surrogate(), topology, images, slots),
                        History.winners(memory, topology, images, false, slots)),
                (memory, slots) -> Scratch.in(memory, topology, images));
    }

    /** Whole states, from which steps are computed again. */
    private static State checkpoints(MemoryScope memory, Topology topology, int images, int slots) {
        List<History<FloatTensor>> parts = new ArrayList<>();
        for (String part : List.of(S, V, PHI)) {
            parts.add(checkpoint(memory, part, History.neurons(topology), images, slots));
        }
        return new State(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                checkpoint(memory, PHI, List.of(topology.layout(0)), images, slots),
                History.bits(memory, Account.TAPE, "checkpoint.q", History.withImage(topology), images, slots));
    }

    private static History<FloatTensor> checkpoint(
            MemoryScope memory, String part, List<@Nullable LayerLayout> layouts, int images, int slots) {
        return History.floats(memory, Account.TAPE, "checkpoint." + part, layouts, images, slots);
    }

    /**
     * What is remembered of steps: three bits a neuron and step with a rectangular surrogate, two without any, and two and a float32 with
     * a fast sigmoid, whose value would else cost the whole step again. Maximum pooling adds the winners.
     *
     * @param spikes what the layers sent into a step, the image's spikes among them
     * @param unclipped which activations were not clipped
     * @param window where a rectangular surrogate is 1, of no layer for others
     * @param slopes values of a fast sigmoid, of no layer for other surrogates
     */
    private record Tape(
            History<SpikeTensor> spikes,
            History<SpikeTensor> unclipped,
            History<SpikeTensor> window,
            History<FloatTensor> slopes) {
        static Tape in(MemoryScope memory, Surrogate surrogate, Topology topology, int images, int slots) {
            List<@Nullable LayerLayout> neurons = History.neurons(topology);
            List<@Nullable LayerLayout> windows = surrogate instanceof Surrogate.Rectangular ? neurons : List.of();
            List<@Nullable LayerLayout> sloped = surrogate instanceof Surrogate.FastSigmoid ? neurons : List.of();
            return new Tape(
                    History.bits(memory, Account.TAPE, "tape.q", History.withImage(topology), images, slots),
                    History.bits(memory, Account.TAPE, "tape.unclipped", neurons, images, slots),
                    History.bits(memory, Account.TAPE, "tape.window", windows, images, slots),
                    History.floats(memory, Account.TAPE, "tape.slope", sloped, images, slots));
        }
    }

    private SigmaDeltaStep constants(int time) {
        return SigmaDeltaStep.of(neuron.lambda().at(time), neuron.epsilon().at(time), neuron.threshold());
    }

    @Override
    void begin(Tile tile) {
        forward.begin(tile);
    }

    @Override
    void save(int segment, Tile tile) {
        checkpoints.copy(segment, forward.state(), 0, tile);
    }

    @Override
    void restore(int segment, Tile tile) {
        forward.state().copy(0, checkpoints, segment, tile);
    }

    @Override
    void step(int time, Tile tile) {
        SigmaDeltaStep constants = constants(time);
        forward.encode(constants, time == 1, tile);
        forward.step(constants, 0, tile);
    }

    @Override
    void stepped(Tile tile) {
        counter.add(forward, tile);
    }

    @Override
    FloatTensor stateAfter(int step) {
        return forward.state().s().at(topology.depth());
    }

    @Override
    void tapedStep(int step, Tile tile) {
        int slot = segments.slot(step);
        int time = segments.time(step);
        SigmaDeltaStep constants = constants(time);
        State state = forward.state();
        forward.encode(constants, time == 1, tile);
        tape.spikes().copy(slot, state.q(), 0, tile);
        before.copy(0, state.s(), 0, tile);
        forward.step(constants, slot, tile);
        for (int l = 1; l <= topology.depth(); l++) {
            kernels.adjoints()
                    .recordUnclipped(
                            constants.epsilon(),
                            Activation.CLIP,
                            state.v().at(l),
                            connections.get(l - 1).bias(),
                            before.at(l),
                            tape.unclipped().at(slot, l),
                            tile.first(),
                            tile.end());
            recordSurrogate(slot, l, tile.first(), tile.end());
        }
    }

    private void recordSurrogate(int slot, int layer, int first, int end) {
        FloatTensor phi = forward.state().phi().at(layer);
        SpikeTensor q = forward.state().q().at(layer);
        float threshold = neuron.threshold();
        switch (settings.surrogate()) {
            case Surrogate.Rectangular rectangular ->
                kernels.adjoints()
                        .recordWindow(
                                threshold,
                                rectangular.width(),
                                phi,
                                q,
                                tape.window().at(slot, layer),
                                first,
                                end);
            case Surrogate.FastSigmoid sigmoid ->
                kernels.adjoints()
                        .recordSlope(
                                threshold,
                                sigmoid.width(),
                                phi,
                                q,
                                tape.slopes().at(slot, layer),
                                first,
                                end);
            case Surrogate.Identity identity -> {}
        }
    }

    private Slope slope(int slot, int layer) {
        return switch (settings.surrogate()) {
            case Surrogate.Rectangular rectangular ->
                new Slope.Window(tape.window().at(slot, layer));
            case Surrogate.FastSigmoid sigmoid -> new Slope.Values(tape.slopes().at(slot, layer));
            case Surrogate.Identity identity -> new Slope.One();
        };
    }

    /** Once the step's cotangents have been used, what the layers sent into it takes their place, as floats. */
    @Override
    void backStep(int step, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        int slot = segments.slot(step);
        SigmaDeltaStep constants = constants(segments.time(step));
        kernels.adjoints().expand(tape.spikes().at(slot, 0), imageSpikes, first, end);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor sent = cotangents.sent().at(l);
            StateCotangents state =
                    new StateCotangents(cotangents.state(S, l), cotangents.state(V, l), cotangents.state(PHI, l));
            kernels.adjoints()
                    .backSpiking(
                            constants,
                            settings.reset() == Reset.ATTACHED,
                            new OutputCotangent(sent, gain(l)),
                            tape.unclipped().at(slot, l),
                            slope(slot, l),
                            state,
                            cotangents.input(l),
                            first,
                            end);
            kernels.adjoints().expand(tape.spikes().at(slot, l), sent, first, end);
        }
    }

    @Override
    public FloatTensor sent(int step, int layer) {
        return layer == 0 ? imageSpikes : cotangents.sent().at(layer);
    }

    @Override
    public SpikeCounts spikeCounts() {
        return counter.counts();
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        counter.countAfter(counted);
    }
}
