package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.AdjointKernels.Arriving;
import org.equipoise.kernel.AdjointKernels.Leaving;
import org.equipoise.kernel.Kernels;
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
 * Rate neurons unrolled. The tape holds the activations around every step and one bit a neuron and step, whether the activation was
 * clipped: a clipped state does not tell. Smooth activations need no bit; their slope follows from the states. Maximum pooling adds the
 * winners of every step.
 */
public final class RateUnrolling implements Unrolling {
    private static final String CURRENT = "current";

    private final NeuronSettings.Rate neuron;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final Segments segments;
    private final OffHeapArena arena;
    private final FloatTensor image;
    private final FloatTensor imageCurrent;
    private final FloatTensor output;
    private final FloatHistory states;
    private final BitHistory passed;
    private final FloatHistory checkpoints;
    private final FloatHistory currents;
    private final Cotangents cotangents;
    private final WinnerHistory winners;
    private final UnrolledRoutes routes;
    private final CotangentFlow flow;

    RateUnrolling(
            NeuronSettings.Rate neuron,
            Backpropagation settings,
            int steps,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            int images,
            Tiling tiling) {
        this.neuron = neuron;
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.segments = segments(neuron, settings, steps, topology, images);
        this.arena = ledger.open(plan(neuron, settings, steps, topology, images, tiling));
        this.image = new FloatTensor(arena.segment("image"), topology.layout(0), images);
        this.imageCurrent = new FloatTensor(arena.segment("image current"), topology.layout(1), images);
        this.output = new FloatTensor(arena.segment("output"), topology.layout(topology.depth()), images);
        this.states = FloatHistory.of(arena, "tape.s", topology, images);
        this.passed = BitHistory.of(arena, "tape.passed", topology, 1, images);
        this.checkpoints = FloatHistory.of(arena, "checkpoint.s", topology, images);
        this.cotangents = Cotangents.of(arena, List.of("s"), topology, images);
        this.currents =
                segments.count() == 1 ? cotangents.currents() : FloatHistory.of(arena, CURRENT, topology, images);
        this.winners = WinnerHistory.of(arena, topology, images, true);
        this.routes = new UnrolledRoutes(connections, kernels, MapBuffers.of(arena, tiling), winners);
        this.flow = new CotangentFlow(topology, routes, kernels.adjoints());
    }

    private static boolean clips(NeuronSettings.Rate neuron) {
        return neuron.activation() == Activation.CLIP || neuron.activation() == Activation.HALF_CLIP;
    }

    private static Segments segments(
            NeuronSettings.Rate neuron, Backpropagation settings, int steps, Topology topology, int images) {
        long state = FloatHistory.bytes(topology, images);
        long bits = clips(neuron) ? BitHistory.bytes(topology, 1, images) : 0;
        return Segments.of(settings, steps, state, state + bits + WinnerHistory.bytes(topology, images, true), state);
    }

    static MemoryPlan plan(
            NeuronSettings.Rate neuron,
            Backpropagation settings,
            int steps,
            Topology topology,
            int images,
            Tiling tiling) {
        Segments segments = segments(neuron, settings, steps, topology, images);
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("unrolling");
        plan.floats(Account.STATES, "image", FloatTensor.floatsNeeded(topology.layout(0), images));
        plan.floats(Account.STATES, "image current", FloatTensor.floatsNeeded(topology.layout(1), images));
        plan.floats(Account.STATES, "output", FloatTensor.floatsNeeded(topology.layout(topology.depth()), images));
        FloatHistory.plan(plan, Account.TAPE, "tape.s", topology, images, segments.length() + 1);
        BitHistory.plan(plan, Account.TAPE, "tape.passed", topology, 1, images, clips(neuron) ? segments.length() : 0);
        WinnerHistory.plan(plan, topology, images, true, segments.length());
        MapBuffers.plan(plan, topology, tiling);
        FloatHistory.plan(plan, Account.TAPE, "checkpoint.s", topology, images, segments.count() - 1);
        Cotangents.plan(plan, List.of("s"), topology, images);
        if (segments.count() > 1) {
            FloatHistory.plan(plan, Account.STATES, CURRENT, topology, images, 1);
        }
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

    @Override
    public void forward(Tile tile) {
        int first = tile.first();
        int end = tile.end();
        // The image does not move, so its share of the first layer's current is the same in every step.
        FloatTensor fromImage = imageCurrent.part(first, tile.count());
        fromImage.clear(tile.count());
        routes.at(1, 0, tile).forward(image.part(first, tile.count()), fromImage, tile.count());
        states.clear(0, first, end);
        for (int t = 1; t <= segments.before(); t++) {
            step(t, 0, 0, tile);
        }
        int last = segments.count() - 1;
        for (int segment = 0; segment < last; segment++) {
            checkpoints.copy(segment, states, 0, first, end);
            for (int step = segments.begin(segment); step < segments.end(segment); step++) {
                step(segments.time(step), 0, 0, tile);
            }
        }
        int slots = onTape(last, tile);
        output.copyFrom(first, states.at(slots, topology.depth()), first, tile.count());
        cotangents.clear(first, end);
    }

    @Override
    public void recompute(int segment, Tile tile) {
        // What the next segment's first step received flows back while its winners are still on the tape.
        flow.run(cotangents.currents(), cotangents.sent(), segments.slot(segments.end(segment)), tile);
        states.copy(0, checkpoints, segment, tile.first(), tile.end());
        onTape(segment, tile);
    }

    /** Runs a segment from the state in the first slot of the tape; returns how many steps it has. */
    private int onTape(int segment, Tile tile) {
        int begin = segments.begin(segment);
        int length = segments.end(segment) - begin;
        for (int slot = 0; slot < length; slot++) {
            step(segments.time(begin + slot), slot, slot + 1, tile);
        }
        return length;
    }

    /** One step from a slot to the next, noting what was clipped; or within a slot, noting nothing that stays. */
    private void step(int time, int slot, int next, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        int count = tile.count();
        float epsilon = neuron.epsilon().at(time);
        sumCurrents(slot, tile);
        if (next != slot) {
            states.copy(next, states, slot, first, end);
        }
        for (int l = 1; l <= topology.depth(); l++) {
            ConnectionParameters below = connections.get(l - 1);
            FloatTensor current = currents.at(l).part(first, count);
            FloatTensor s = states.at(next, l).part(first, count);
            kernels.neurons().stepRate(epsilon, neuron.activation(), current, below.bias(), null, s, count);
            if (next != slot && clips(neuron)) {
                kernels.adjoints()
                        .notePassed(
                                epsilon,
                                neuron.activation(),
                                currents.at(l),
                                below.bias(),
                                states.at(slot, l),
                                passed.at(slot, l),
                                first,
                                end);
            }
        }
    }

    /** A layer's current is what the layer below sends, then what the layer above does, as in {@link RateSettling}. */
    private void sumCurrents(int slot, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        currents.at(1).copyFrom(first, imageCurrent, first, count);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor sent = states.at(slot, l).part(first, count);
            if (l < topology.depth()) {
                FloatTensor current = currents.at(l + 1).part(first, count);
                current.clear(count);
                routes.at(l + 1, slot, tile).forward(sent, current, count);
            }
            if (l > 1) {
                FloatTensor current = currents.at(l - 1).part(first, count);
                routes.at(l, slot, tile).backward(sent, current, count);
            }
        }
    }

    @Override
    public FloatTensor cotangent() {
        return cotangents.carried("s", topology.depth());
    }

    @Override
    public void back(int step, Tile tile) {
        if (segments.goesOn(step)) {
            flow.run(cotangents.currents(), cotangents.sent(), segments.slot(step + 1), tile);
        }
        int first = tile.first();
        int end = tile.end();
        int slot = segments.slot(step);
        float epsilon = neuron.epsilon().at(segments.time(step));
        for (int l = 1; l <= topology.depth(); l++) {
            Arriving arriving = new Arriving(cotangents.sent().at(l), flow.gain(l));
            FloatTensor s = cotangents.carried("s", l);
            Leaving leaving = cotangents.leaving(l);
            if (clips(neuron)) {
                kernels.adjoints()
                        .backClipped(
                                epsilon, neuron.activation(), arriving, passed.at(slot, l), s, leaving, first, end);
            } else {
                FloatTensor before = states.at(slot, l);
                FloatTensor after = states.at(slot + 1, l);
                kernels.adjoints()
                        .backSmooth(epsilon, neuron.activation(), arriving, before, after, s, leaving, first, end);
            }
        }
    }

    @Override
    public FloatTensor sent(int step, int layer) {
        return layer == 0 ? image : states.at(segments.slot(step), layer);
    }

    @Override
    public @Nullable SpikeTensor winners(int step, int layer) {
        return winners.at(segments.slot(step), layer);
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
        return SpikeCounts.NONE;
    }

    @Override
    public void countSpikesAfter(SpikeCounts counted) {
        // Rate neurons send activations, not spikes.
    }

    @Override
    public void close() {
        arena.close();
    }
}
