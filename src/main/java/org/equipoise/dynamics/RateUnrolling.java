package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.AdjointKernels.InputCotangents;
import org.equipoise.kernel.AdjointKernels.OutputCotangent;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Rate neurons unrolled. The tape holds the activations around every step and one bit a neuron and step, whether the activation was
 * clipped: a clipped state does not tell. Smooth activations need no bit; their slope follows from the states. Maximum pooling adds the
 * winners of every step.
 */
sealed class RateUnrolling extends Unrolling permits FeedForwardPass {
    private final NeuronSettings.Rate neuron;
    /** What the image sends to the first layer, the same in every step. */
    final FloatTensor imageCurrent;

    final History<FloatTensor> states;
    final History<FloatTensor> currents;
    private final History<SpikeTensor> unclipped;
    private final History<FloatTensor> checkpoints;

    RateUnrolling(
            MemoryScope memory,
            NeuronSettings.Rate neuron,
            Backpropagation settings,
            int steps,
            Parameters parameters,
            Kernels kernels,
            int images,
            Tiling tiling) {
        super(
                memory,
                new Model(segments(neuron, settings, steps, parameters.topology(), images), List.of(S), false),
                parameters,
                kernels,
                images,
                tiling);
        this.neuron = neuron;
        this.imageCurrent = FloatTensor.in(memory, Account.STATES, "image current", topology.layout(1), images);
        this.states = floats(memory, Account.TAPE, "tape.s", topology, images, segments.length() + 1);
        this.unclipped = unclipped(memory, neuron, topology, images, segments.length());
        this.checkpoints = floats(memory, Account.TAPE, "checkpoint.s", topology, images, segments.count() - 1);
        // With one segment, currents are done with when the way back begins.
        this.currents = segments.count() == 1
                ? cotangents.currents()
                : floats(memory, Account.STATES, "current", topology, images, 1);
    }

    private static History<FloatTensor> floats(
            MemoryScope memory, Account account, String part, Topology topology, int images, int slots) {
        return History.floats(memory, account, part, History.neurons(topology), images, slots);
    }

    private static History<SpikeTensor> unclipped(
            MemoryScope memory, NeuronSettings.Rate neuron, Topology topology, int images, int slots) {
        List<@Nullable LayerLayout> clipped = clips(neuron) ? History.neurons(topology) : List.of();
        return History.bits(memory, Account.TAPE, "tape.unclipped", clipped, images, slots);
    }

    private static boolean clips(NeuronSettings.Rate neuron) {
        return neuron.activation() == Activation.CLIP || neuron.activation() == Activation.HALF_CLIP;
    }

    private static Segments segments(
            NeuronSettings.Rate neuron, Backpropagation settings, int steps, Topology topology, int images) {
        Segments.Memory state = (memory, slots) -> floats(memory, Account.TAPE, "s", topology, images, slots);
        return Segments.of(
                settings,
                steps,
                state,
                (memory, slots) -> List.of(
                        state.in(memory, slots),
                        unclipped(memory, neuron, topology, images, slots),
                        History.winners(memory, topology, images, true, slots)),
                state);
    }

    @Override
    void begin(Tile tile) {
        // The image does not move, so its share of the first layer's current is the same in every step.
        int first = tile.first();
        FloatTensor fromImage = imageCurrent.part(first, tile.count());
        fromImage.clear(tile.count());
        route(1, 0, tile).forward(image().part(first, tile.count()), fromImage, tile.count());
        states.clear(0, tile);
    }

    @Override
    void save(int segment, Tile tile) {
        checkpoints.copy(segment, states, 0, tile);
    }

    @Override
    void restore(int segment, Tile tile) {
        states.copy(0, checkpoints, segment, tile);
    }

    @Override
    void step(int time, Tile tile) {
        step(time, 0, 0, tile);
    }

    @Override
    void tapedStep(int step, Tile tile) {
        step(segments.time(step), segments.slot(step), segments.slot(step) + 1, tile);
    }

    @Override
    FloatTensor stateAfter(int step) {
        return states.at(segments.slot(step) + 1, topology.depth());
    }

    /** One step from a slot to the next, noting what was clipped; or within a slot, noting nothing that stays. */
    private void step(int time, int slot, int next, Tile tile) {
        float epsilon = neuron.epsilon().at(time);
        sumCurrents(slot, tile);
        if (next != slot) {
            states.copy(next, states, slot, tile);
        }
        for (int l = 1; l <= topology.depth(); l++) {
            move(l, epsilon, slot, next, tile);
        }
    }

    /** Moves a layer by its current, from a slot to the next, which holds the state before. */
    final void move(int l, float epsilon, int slot, int next, Tile tile) {
        int count = tile.count();
        ConnectionParameters below = connections.get(l - 1);
        FloatTensor current = currents.at(l).part(tile.first(), count);
        FloatTensor s = states.at(next, l).part(tile.first(), count);
        kernels.neurons().stepRate(epsilon, neuron.activation(), current, below.bias(), null, s, count);
        if (next != slot && clips(neuron)) {
            kernels.adjoints()
                    .recordUnclipped(
                            epsilon,
                            neuron.activation(),
                            currents.at(l),
                            below.bias(),
                            states.at(slot, l),
                            unclipped.at(slot, l),
                            tile.first(),
                            tile.end());
        }
    }

    /** A layer's current is what the layer below sends, then what the layer above does, as in {@link DenseCurrents}. */
    private void sumCurrents(int slot, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        currents.at(1).copyFrom(first, imageCurrent, first, count);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor sent = states.at(slot, l).part(first, count);
            if (l < topology.depth()) {
                FloatTensor current = currents.at(l + 1).part(first, count);
                current.clear(count);
                route(l + 1, slot, tile).forward(sent, current, count);
            }
            if (l > 1) {
                FloatTensor current = currents.at(l - 1).part(first, count);
                route(l, slot, tile).sendBack(sent, current, count);
            }
        }
    }

    @Override
    void backStep(int step, Tile tile) {
        for (int l = 1; l <= topology.depth(); l++) {
            backLayer(l, step, tile);
        }
    }

    /** From the cotangents of a layer's state after a step, and of what it sent, to those of its current and of its state before. */
    final void backLayer(int l, int step, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        int slot = segments.slot(step);
        float epsilon = neuron.epsilon().at(segments.time(step));
        OutputCotangent output = new OutputCotangent(cotangents.sent().at(l), gain(l));
        FloatTensor s = cotangents.state(S, l);
        InputCotangents input = cotangents.input(l);
        if (clips(neuron)) {
            kernels.adjoints()
                    .backClipped(epsilon, neuron.activation(), output, unclipped.at(slot, l), s, input, first, end);
        } else {
            FloatTensor before = states.at(slot, l);
            FloatTensor after = states.at(slot + 1, l);
            kernels.adjoints().backSmooth(epsilon, neuron.activation(), output, before, after, s, input, first, end);
        }
    }

    @Override
    public FloatTensor sent(int step, int layer) {
        return layer == 0 ? image() : states.at(segments.slot(step), layer);
    }
}
