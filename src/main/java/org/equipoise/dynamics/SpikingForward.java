package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/**
 * Spiking neurons of a batch, step by step. A step is a function of the state alone: currents are summed afresh from all spikes, and
 * not from a base of expected ones as in {@link SpikeCurrents}, so that steps computed again have the same bits.
 */
final class SpikingForward {
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final NeuronKernels kernels;
    private final FloatTensor image;
    private final State state;
    private final History<FloatTensor> currents;
    private final History<SpikeTensor> expected;
    private final SpikeRoutes routes;

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
        this.kernels = kernels.neurons();
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
        List<SpikeEvents> events = new ArrayList<>();
        for (int worker = 0; worker < tiling.workers(); worker++) {
            events.add(EventBuffers.in(memory, topology, tiling.most(), " " + worker));
        }
        this.routes = new SpikeRoutes(
                connections,
                kernels,
                state.q(),
                History.bits(memory, Account.SPIKES, "none", History.withImage(topology), images, 1),
                events,
                pooling,
                winners);
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
        kernels.encodeImage(
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
            FloatTensor current = currents.at(l);
            current.part(tile.first(), tile.count()).clear(tile.count());
            routes.forward(l, current, slot, tile);
            if (l > 1) {
                routes.backward(l, currents.at(l - 1), slot, tile);
            }
        }
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingState neurons = new SpikingState(
                    state.s().at(l),
                    state.v().at(l),
                    state.phi().at(l),
                    state.q().at(l),
                    expected.at(l));
            kernels.stepSpiking(
                    constants, currents.at(l), connections.get(l - 1).bias(), null, neurons, tile.first(), tile.end());
        }
    }

    /** {@return the spikes of a layer in the last step} */
    long count(int layer, Tile tile) {
        return state.q().at(layer).part(tile.first(), tile.count()).count(tile.count());
    }
}
