package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/**
 * Spiking neurons of a batch, step by step. A step is a function of the state alone: currents are summed afresh from all spikes, and
 * not from a base of expected ones as in {@link SpikeCurrents}, so that steps computed again have the same bits.
 */
final class SpikingForward {
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final FloatTensor image;
    private final State state;
    private final History<FloatTensor> currents;
    private final History<SpikeTensor> expected;
    private final History<SpikeTensor> none;
    private final List<SpikeEvents> events = new ArrayList<>();
    private final PoolingBuffers pooling;
    private final History<SpikeTensor> winners;

    /**
     * States of a batch, one in every slot.
     *
     * @param s activations
     * @param v decoded currents
     * @param phi residues
     * @param imageResidue the residue of the image
     * @param q spikes of the last step, those of the image among them
     */
    record State(
            History<FloatTensor> s,
            History<FloatTensor> v,
            History<FloatTensor> phi,
            History<FloatTensor> imageResidue,
            History<SpikeTensor> q) {
        void copy(int slot, State from, int fromSlot, Tile tile) {
            s.copy(slot, from.s, fromSlot, tile);
            v.copy(slot, from.v, fromSlot, tile);
            phi.copy(slot, from.phi, fromSlot, tile);
            imageResidue.copy(slot, from.imageResidue, fromSlot, tile);
            q.copy(slot, from.q, fromSlot, tile);
        }
    }

    /**
     * What only steps forward need, so that cotangents may take its memory on the way back.
     *
     * @param s activations
     * @param v decoded currents
     * @param phi residues
     * @param currents u of the step under way
     * @param before s before the step
     */
    record Scratch(
            History<FloatTensor> s,
            History<FloatTensor> v,
            History<FloatTensor> phi,
            History<FloatTensor> currents,
            History<FloatTensor> before) {
        static Scratch in(MemoryScope memory, Topology topology, int images) {
            List<History<FloatTensor>> parts = new ArrayList<>();
            for (String part : List.of("s", "v", "phi", "current", "before")) {
                parts.add(History.floats(memory, Account.STATES, part, History.neurons(topology), images, 1));
            }
            return new Scratch(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4));
        }
    }

    SpikingForward(
            MemoryScope memory,
            Parameters parameters,
            Kernels kernels,
            Scratch scratch,
            FloatTensor image,
            PoolingBuffers pooling,
            History<SpikeTensor> winners,
            Tiling tiling) {
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.image = image;
        int images = image.images();
        this.state = new State(
                scratch.s(),
                scratch.v(),
                scratch.phi(),
                History.floats(memory, Account.STATES, "phi", List.of(topology.layout(0)), images, 1),
                History.bits(memory, Account.SPIKES, "q", History.withImage(topology), images, 1));
        this.currents = scratch.currents();
        this.expected = History.bits(memory, Account.SPIKES, "expected", History.neurons(topology), images, 1);
        this.none = History.bits(memory, Account.SPIKES, "none", History.withImage(topology), images, 1);
        for (int worker = 0; worker < tiling.workers(); worker++) {
            events.add(EventBuffers.in(memory, topology, tiling.most(), " " + worker));
        }
        this.pooling = pooling;
        this.winners = winners;
    }

    /** {@return the state after the last step, in one slot} */
    State state() {
        return state;
    }

    /** Sets every neuron to zero. */
    void begin(Tile tile) {
        state.s().clear(0, tile);
        state.v().clear(0, tile);
        state.phi().clear(0, tile);
        state.imageResidue().clear(0, tile);
        state.q().clear(0, tile);
    }

    /** Encodes the image of a step, whose spikes reach the first layer in the same step. */
    void encode(SigmaDeltaStep constants, boolean firstStep, Tile tile) {
        int count = tile.count();
        kernels.neurons()
                .encodeImage(
                        constants,
                        image.part(tile.first(), count),
                        firstStep,
                        state.imageResidue().at(0).part(tile.first(), count),
                        state.q().at(0).part(tile.first(), count),
                        count);
    }

    /** Moves all layers by one step, whose winners are noted in a slot of the tape. */
    void step(SigmaDeltaStep constants, int slot, Tile tile) {
        for (int l = 1; l <= topology.depth(); l++) {
            currents.at(l).part(tile.first(), tile.count()).clear(tile.count());
            send(l, slot, tile);
        }
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingState neurons = new SpikingState(
                    state.s().at(l),
                    state.v().at(l),
                    state.phi().at(l),
                    state.q().at(l),
                    expected.at(l));
            kernels.neurons()
                    .stepSpiking(
                            constants,
                            currents.at(l),
                            connections.get(l - 1).bias(),
                            null,
                            neurons,
                            tile.first(),
                            tile.end());
        }
    }

    /**
     * Adds what the connection that leads to a layer carries: {@code P(w ∗ q)} to the current of the layer and {@code w ⋆ P⁻¹(q)} to that
     * of the layer below, few images at once where its maps are large. All spikes are sent, those that differ from none at all.
     */
    private void send(int layer, int slot, Tile tile) {
        ConnectionParameters parameters = connections.get(layer - 1);
        ConvolutionGeometry geometry = parameters.connection().geometry();
        PoolingWindow window = parameters.connection().maximum();
        SpikeTensor won = winners.find(slot, layer);
        FloatTensor current = currents.at(layer);
        WeightBlocks backward = layer == 1 ? null : parameters.feedback();
        SpikeDifference below = all(layer - 1, tile.worker());
        int together = EventBuffers.together(parameters.connection(), tile.count());
        for (int first = tile.first(); first < tile.end(); first += together) {
            int end = Math.min(tile.end(), first + together);
            if (window == null || won == null) {
                kernels.spikes().addForward(geometry, below, parameters.forward(), current, current, first, end);
                if (backward != null) {
                    FloatTensor to = currents.at(layer - 1);
                    kernels.spikes().addBackward(geometry, all(layer, tile.worker()), backward, to, first, end);
                }
                continue;
            }
            SpikingPooling pooled = new SpikingPooling(
                    parameters,
                    window,
                    kernels,
                    below,
                    state.q().at(layer),
                    pooling,
                    tile.worker(),
                    events.get(tile.worker()),
                    won);
            pooled.forward(null, false, current, first, end);
            if (backward != null) {
                pooled.backward(null, currents.at(layer - 1), first, end);
            }
        }
    }

    private SpikeDifference all(int layer, int worker) {
        return new SpikeDifference(state.q().at(layer), none.at(layer), events.get(worker));
    }

    /** {@return the spikes of a layer in the last step} */
    long count(int layer, Tile tile) {
        return state.q().at(layer).part(tile.first(), tile.count()).count(tile.count());
    }
}
