package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.AdjointKernels.Arriving;
import org.equipoise.kernel.AdjointKernels.Carried;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Spiking neurons unrolled, with surrogate gradients (Neftci, Mostafa and Zenke 2019) on a tape of bits, {@link SpikingTape}.
 *
 * <p>With one segment, states are done with when the way back begins, and cotangents take their memory.
 */
public final class SpikingUnrolling implements Unrolling {
    private static final String S = "s";
    private static final String V = "v";
    private static final String PHI = "phi";
    private static final List<String> CARRIED = List.of(S, V, PHI);

    private final NeuronSettings.SigmaDelta neuron;
    private final Backpropagation settings;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final Segments segments;
    private final OffHeapArena arena;
    private final FloatTensor image;
    private final FloatTensor imageSpikes;
    private final FloatTensor output;
    private final SpikingForward forward;
    private final SpikingTape tape;
    private final SpikingCheckpoints checkpoints;
    private final Cotangents cotangents;
    private final CotangentFlow flow;
    private final FiringCounter counter;

    SpikingUnrolling(
            NeuronSettings.SigmaDelta neuron,
            Backpropagation settings,
            int steps,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            int images,
            Tiling tiling) {
        this.neuron = neuron;
        this.settings = settings;
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.segments = segments(settings, steps, topology, images);
        this.arena = ledger.open(plan(settings, steps, topology, images, tiling));
        this.image = new FloatTensor(arena.segment("image"), topology.layout(0), images);
        this.imageSpikes = new FloatTensor(arena.segment("image spikes"), topology.layout(0), images);
        this.output = new FloatTensor(arena.segment("output"), topology.layout(topology.depth()), images);
        this.cotangents = Cotangents.of(arena, CARRIED, topology, images);
        SpikingForward.Memory memory = segments.count() > 1
                ? SpikingForward.Memory.of(arena, topology, images)
                : new SpikingForward.Memory(
                        cotangents.track(S),
                        cotangents.track(V),
                        cotangents.track(PHI),
                        cotangents.currents(),
                        cotangents.sent());
        this.tape = SpikingTape.of(arena, settings.surrogate(), topology, images);
        this.forward = new SpikingForward(parameters, kernels, arena, memory, image, tape.winners(), tiling);
        this.checkpoints = SpikingCheckpoints.of(arena, topology, images, segments.count() - 1);
        UnrolledRoutes routes = new UnrolledRoutes(connections, kernels, MapBuffers.of(arena, tiling), tape.winners());
        this.flow = new CotangentFlow(topology, routes, kernels.adjoints());
        this.counter = new FiringCounter(topology);
    }

    private static Segments segments(Backpropagation settings, int steps, Topology topology, int images) {
        return Segments.of(
                settings,
                steps,
                SpikingCheckpoints.bytes(topology, images),
                SpikingTape.bytes(settings.surrogate(), topology, images),
                SpikingForward.Memory.bytes(topology, images));
    }

    static MemoryPlan plan(Backpropagation settings, int steps, Topology topology, int images, Tiling tiling) {
        Segments segments = segments(settings, steps, topology, images);
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("unrolling");
        plan.floats(Account.STATES, "image", FloatTensor.floatsNeeded(topology.layout(0), images));
        plan.floats(Account.STATES, "image spikes", FloatTensor.floatsNeeded(topology.layout(0), images));
        plan.floats(Account.STATES, "output", FloatTensor.floatsNeeded(topology.layout(topology.depth()), images));
        Cotangents.plan(plan, CARRIED, topology, images);
        if (segments.count() > 1) {
            SpikingForward.Memory.plan(plan, topology, images);
        }
        SpikingForward.plan(plan, topology, images, tiling);
        MapBuffers.plan(plan, topology, tiling);
        SpikingTape.plan(plan, settings.surrogate(), topology, images, segments.length());
        SpikingCheckpoints.plan(plan, topology, images, segments.count() - 1);
        return plan.build();
    }

    @Override
    public FloatTensor image() {
        return image;
    }

    @Override
    public FloatTensor output() {
        return output;
    }

    @Override
    public Segments segments() {
        return segments;
    }

    private SigmaDeltaStep constants(int time) {
        return SigmaDeltaStep.of(neuron.lambda().at(time), neuron.epsilon().at(time), neuron.threshold());
    }

    @Override
    public void forward(Tile tile) {
        forward.begin(tile);
        for (int time = 1; time <= segments.before(); time++) {
            plainStep(time, tile);
        }
        int last = segments.count() - 1;
        for (int segment = 0; segment < last; segment++) {
            checkpoints.save(forward, segment, tile);
            for (int step = segments.begin(segment); step < segments.end(segment); step++) {
                plainStep(segments.time(step), tile);
            }
        }
        for (int step = segments.begin(last); step < segments.end(last); step++) {
            tapedStep(step, tile);
            counter.add(forward, tile);
        }
        output.copyFrom(tile.first(), forward.memory().s().at(topology.depth()), tile.first(), tile.count());
        cotangents.clear(tile.first(), tile.end());
    }

    /** A step that is not walked back from here: what it notes of winners, another step overwrites. */
    private void plainStep(int time, Tile tile) {
        SigmaDeltaStep constants = constants(time);
        forward.encode(constants, time == 1, tile);
        forward.step(constants, 0, tile);
        counter.add(forward, tile);
    }

    private void tapedStep(int step, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        int slot = segments.slot(step);
        int time = segments.time(step);
        SigmaDeltaStep constants = constants(time);
        SpikingForward.Memory memory = forward.memory();
        forward.encode(constants, time == 1, tile);
        tape.spikes().copy(slot, forward.spikes(), 0, first, end);
        memory.before().copy(0, memory.s(), 0, first, end);
        forward.step(constants, slot, tile);
        for (int l = 1; l <= topology.depth(); l++) {
            kernels.adjoints()
                    .notePassed(
                            constants.epsilon(),
                            Activation.CLIP,
                            memory.v().at(l),
                            connections.get(l - 1).bias(),
                            memory.before().at(l),
                            tape.passed().at(slot, l),
                            first,
                            end);
            noteSurrogate(slot, l, first, end);
        }
    }

    private void noteSurrogate(int slot, int layer, int first, int end) {
        FloatTensor phi = forward.memory().phi().at(layer);
        if (settings.surrogate() instanceof Surrogate.Rectangular rectangular && tape.window() != null) {
            kernels.adjoints()
                    .noteWindow(
                            neuron.threshold(),
                            rectangular.width(),
                            phi,
                            forward.spikes().at(layer),
                            tape.window().at(slot, layer),
                            first,
                            end);
        }
        if (settings.surrogate() instanceof Surrogate.FastSigmoid sigmoid && tape.slopes() != null) {
            kernels.adjoints()
                    .noteSlope(
                            neuron.threshold(),
                            sigmoid.width(),
                            phi,
                            forward.spikes().at(layer),
                            tape.slopes().at(slot, layer),
                            first,
                            end);
        }
    }

    @Override
    public void recompute(int segment, Tile tile) {
        // What the next segment's first step received flows back while its winners are still on the tape.
        flow.run(cotangents.currents(), cotangents.sent(), segments.slot(segments.end(segment)), tile);
        checkpoints.restore(forward, segment, tile);
        for (int step = segments.begin(segment); step < segments.end(segment); step++) {
            tapedStep(step, tile);
        }
    }

    @Override
    public FloatTensor cotangent() {
        return cotangents.carried(S, topology.depth());
    }

    /** Once the step's cotangents have been used, what the layers sent into it takes their place, as floats. */
    @Override
    public void back(int step, Tile tile) {
        if (segments.goesOn(step)) {
            flow.run(cotangents.currents(), cotangents.sent(), segments.slot(step + 1), tile);
        }
        int first = tile.first();
        int end = tile.end();
        int slot = segments.slot(step);
        SigmaDeltaStep constants = constants(segments.time(step));
        kernels.adjoints().expand(tape.spikes().at(slot, 0), imageSpikes, first, end);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor sent = cotangents.sent().at(l);
            Carried carried =
                    new Carried(cotangents.carried(S, l), cotangents.carried(V, l), cotangents.carried(PHI, l));
            kernels.adjoints()
                    .backSpiking(
                            constants,
                            settings.reset() == Reset.ATTACHED,
                            new Arriving(sent, flow.gain(l)),
                            tape.passed().at(slot, l),
                            tape.slope(slot, l),
                            carried,
                            cotangents.leaving(l),
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
    public @Nullable SpikeTensor winners(int step, int layer) {
        return tape.winners().at(segments.slot(step), layer);
    }

    @Override
    public FloatTensor currentCotangent(int layer) {
        return cotangents.currents().at(layer);
    }

    @Override
    public FloatTensor biasCotangent(int layer) {
        return cotangents.bias(layer);
    }

    @Override
    public SpikeCounts spikeCounts() {
        return counter.counts();
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        counter.countAfter(counted);
    }

    @Override
    public void close() {
        arena.close();
    }
}
