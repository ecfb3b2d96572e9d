package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeEvents;

/**
 * Spiking neurons of a batch, step by step. A step is a function of the state alone: currents are summed afresh from all spikes, and
 * not from a base of expected ones as in {@link SpikingSettling}, so that steps computed again have the same bits.
 */
final class SpikingForward {
    private static final String IMAGE_RESIDUE = "l0.phi";
    private static final String SPIKES = "q";
    private static final String EXPECTED = "expected";
    private static final String NONE = "none";

    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final NeuronKernels kernels;
    private final Memory memory;
    private final FloatTensor image;
    private final FloatTensor imageResidue;
    private final BitHistory spikes;
    private final BitHistory expected;
    private final SpikeRoutes routes;

    /**
     * Real-valued state and temporaries of one step.
     *
     * @param s activations
     * @param v decoded currents
     * @param phi residues
     * @param currents u of the step under way
     * @param before s before the step
     */
    record Memory(FloatHistory s, FloatHistory v, FloatHistory phi, FloatHistory currents, FloatHistory before) {
        private static final List<String> PARTS = List.of("s", "v", "phi", "current", "before");

        static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
            PARTS.forEach(part -> FloatHistory.plan(plan, Account.STATES, part, topology, images, 1));
        }

        static long bytes(Topology topology, int images) {
            return PARTS.size() * FloatHistory.bytes(topology, images);
        }

        static Memory of(OffHeapArena arena, Topology topology, int images) {
            List<FloatHistory> tracks = PARTS.stream()
                    .map(part -> FloatHistory.of(arena, part, topology, images))
                    .toList();
            return new Memory(tracks.get(0), tracks.get(1), tracks.get(2), tracks.get(3), tracks.get(4));
        }
    }

    SpikingForward(
            Parameters parameters,
            Kernels kernels,
            OffHeapArena arena,
            Memory memory,
            FloatTensor image,
            WinnerHistory winners,
            Tiling tiling) {
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels.neurons();
        this.memory = memory;
        this.image = image;
        int images = image.images();
        this.imageResidue = new FloatTensor(arena.segment(IMAGE_RESIDUE), topology.layout(0), images);
        this.spikes = BitHistory.of(arena, SPIKES, topology, 0, images);
        this.expected = BitHistory.of(arena, EXPECTED, topology, 1, images);
        List<SpikeEvents> events = new ArrayList<>();
        for (int worker = 0; worker < tiling.workers(); worker++) {
            events.add(EventBuffers.of(arena, ofWorker(worker)));
        }
        this.routes = new SpikeRoutes(
                connections,
                kernels,
                spikes,
                BitHistory.of(arena, NONE, topology, 0, images),
                events,
                MapBuffers.of(arena, tiling),
                winners);
    }

    static void plan(MemoryPlan.Builder plan, Topology topology, int images, Tiling tiling) {
        plan.floats(Account.STATES, IMAGE_RESIDUE, FloatTensor.floatsNeeded(topology.layout(0), images));
        BitHistory.plan(plan, Account.SPIKES, SPIKES, topology, 0, images, 1);
        BitHistory.plan(plan, Account.SPIKES, EXPECTED, topology, 1, images, 1);
        BitHistory.plan(plan, Account.SPIKES, NONE, topology, 0, images, 1);
        for (int worker = 0; worker < tiling.workers(); worker++) {
            EventBuffers.plan(plan, topology, tiling.most(), ofWorker(worker));
        }
        MapBuffers.planSpikes(plan, topology, tiling);
    }

    private static String ofWorker(int worker) {
        return " " + worker;
    }

    FloatTensor imageResidue() {
        return imageResidue;
    }

    /** {@return the spikes of each layer in the last step, the image's among them} */
    BitHistory spikes() {
        return spikes;
    }

    Memory memory() {
        return memory;
    }

    /** Sets every neuron to zero. */
    void begin(Tile tile) {
        imageResidue.part(tile.first(), tile.count()).clear(tile.count());
        spikes.clear(0, tile.first(), tile.end());
        memory.s().clear(0, tile.first(), tile.end());
        memory.v().clear(0, tile.first(), tile.end());
        memory.phi().clear(0, tile.first(), tile.end());
    }

    /** Encodes the image of a step, whose spikes reach the first layer in the same step. */
    void encode(SigmaDeltaStep constants, boolean firstStep, Tile tile) {
        int count = tile.count();
        kernels.encodeImage(
                constants,
                image.part(tile.first(), count),
                firstStep,
                imageResidue.part(tile.first(), count),
                spikes.at(0).part(tile.first(), count),
                count);
    }

    /** Moves all layers by one step, whose winners are noted in a slot of the tape. */
    void step(SigmaDeltaStep constants, int slot, Tile tile) {
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor current = memory.currents().at(l);
            current.part(tile.first(), tile.count()).clear(tile.count());
            routes.forward(l, current, slot, tile);
            if (l > 1) {
                routes.backward(l, memory.currents().at(l - 1), slot, tile);
            }
        }
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingState state = new SpikingState(
                    memory.s().at(l), memory.v().at(l), memory.phi().at(l), spikes.at(l), expected.at(l));
            kernels.stepSpiking(
                    constants,
                    memory.currents().at(l),
                    connections.get(l - 1).bias(),
                    null,
                    state,
                    tile.first(),
                    tile.end());
        }
    }

    /** {@return the spikes of a layer in the last step} */
    long count(int layer, Tile tile) {
        return spikes.at(layer).part(tile.first(), tile.count()).count(tile.count());
    }
}
