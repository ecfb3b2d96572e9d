package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/**
 * Spiking neurons of a batch, step by step. A step is a function of the state alone: currents are summed afresh from all spikes, and
 * not from a base of expected ones as in {@link SpikingSettling}, so that steps computed again have the same bits.
 */
final class SpikingForward {
    private static final String IMAGE_RESIDUE = "l0.phi";
    private static final String SPIKES = "q";
    private static final String EXPECTED = "expected";
    private static final String NONE = "none";
    private static final String NUMBERS = "event numbers";
    private static final String STARTS = "event starts";

    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final Memory memory;
    private final FloatTensor image;
    private final FloatTensor imageResidue;
    private final BitTrack spikes;
    private final BitTrack expected;
    private final BitTrack none;
    private final OffHeapArena arena;

    /**
     * Real-valued state and temporaries of one step.
     *
     * @param s activations
     * @param v decoded currents
     * @param phi residues
     * @param currents u of the step under way
     * @param before s before the step
     */
    record Memory(FloatTrack s, FloatTrack v, FloatTrack phi, FloatTrack currents, FloatTrack before) {
        private static final List<String> PARTS = List.of("s", "v", "phi", "current", "before");

        static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
            PARTS.forEach(part -> FloatTrack.plan(plan, Account.STATES, part, topology, images, 1));
        }

        static long bytes(Topology topology, int images) {
            return PARTS.size() * FloatTrack.bytes(topology, images);
        }

        static Memory of(OffHeapArena arena, Topology topology, int images) {
            List<FloatTrack> tracks = PARTS.stream()
                    .map(part -> FloatTrack.of(arena, part, topology, images))
                    .toList();
            return new Memory(tracks.get(0), tracks.get(1), tracks.get(2), tracks.get(3), tracks.get(4));
        }
    }

    SpikingForward(Parameters parameters, Kernels kernels, OffHeapArena arena, Memory memory, FloatTensor image) {
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.memory = memory;
        this.image = image;
        int images = image.images();
        this.imageResidue = new FloatTensor(arena.segment(IMAGE_RESIDUE), topology.layout(0), images);
        this.spikes = BitTrack.of(arena, SPIKES, topology, 0, images);
        this.expected = BitTrack.of(arena, EXPECTED, topology, 1, images);
        this.arena = arena;
        this.none = BitTrack.of(arena, NONE, topology, 0, images);
    }

    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        plan.floats(Account.STATES, IMAGE_RESIDUE, FloatTensor.floatsNeeded(topology.layout(0), images));
        BitTrack.plan(plan, Account.SPIKES, SPIKES, topology, 0, images, 1);
        BitTrack.plan(plan, Account.SPIKES, EXPECTED, topology, 1, images, 1);
        BitTrack.plan(plan, Account.SPIKES, NONE, topology, 0, images, 1);
        plan.ints(Account.SCRATCH, NUMBERS, images * numbersOfImage(topology));
        plan.ints(Account.SCRATCH, STARTS, images * startsOfImage(topology));
    }

    private static long numbersOfImage(Topology topology) {
        long most = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            most = Math.max(most, SpikeEvents.numbersNeeded(topology.layout(l), 1));
        }
        return most;
    }

    private static long startsOfImage(Topology topology) {
        return numbersOfImage(topology) / SpikeEvents.SMALLEST_GROUP + 1;
    }

    FloatTensor imageResidue() {
        return imageResidue;
    }

    /** {@return the spikes of each layer in the last step, the image's among them} */
    BitTrack spikes() {
        return spikes;
    }

    Memory memory() {
        return memory;
    }

    /** Sets every neuron to zero. */
    void begin(int first, int end) {
        imageResidue.part(first, end - first).clear(end - first);
        spikes.clear(0, first, end);
        memory.s().clear(0, first, end);
        memory.v().clear(0, first, end);
        memory.phi().clear(0, first, end);
    }

    /** Encodes the image of a step, whose spikes reach the first layer in the same step. */
    void encode(SigmaDeltaStep constants, boolean firstStep, int first, int end) {
        int count = end - first;
        kernels.neurons()
                .encodeImage(
                        constants,
                        image.part(first, count),
                        firstStep,
                        imageResidue.part(first, count),
                        spikes.at(0).part(first, count),
                        count);
    }

    /** Moves all layers by one step. */
    void step(SigmaDeltaStep constants, int first, int end) {
        SpikeEvents events = room(first, end);
        for (int l = 1; l <= topology.depth(); l++) {
            sumCurrent(l, events, first, end);
        }
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingState state = new SpikingState(
                    memory.s().at(l), memory.v().at(l), memory.phi().at(l), spikes.at(l), expected.at(l));
            kernels.neurons()
                    .stepSpiking(
                            constants,
                            memory.currents().at(l),
                            connections.get(l - 1).bias(),
                            null,
                            state,
                            first,
                            end);
        }
    }

    /** What the layer below sends, then what the layer above does. */
    private void sumCurrent(int layer, SpikeEvents events, int first, int end) {
        FloatTensor current = memory.currents().at(layer);
        current.part(first, end - first).clear(end - first);
        ConnectionParameters below = connections.get(layer - 1);
        kernels.spikes()
                .addForward(
                        below.connection().geometry(),
                        all(layer - 1, events),
                        below.forward(),
                        current,
                        current,
                        first,
                        end);
        if (layer < topology.depth()) {
            ConnectionParameters above = connections.get(layer);
            WeightBlocks backward = above.backward();
            if (backward != null) {
                kernels.spikes()
                        .addBackward(
                                above.connection().geometry(), all(layer + 1, events), backward, current, first, end);
            }
        }
    }

    /** All spikes of a layer: those that differ from none at all. */
    private SpikeDifference all(int layer, SpikeEvents events) {
        return new SpikeDifference(spikes.at(layer), none.at(layer), events);
    }

    /** Images that step at the same time list their spikes apart. */
    private SpikeEvents room(int first, int end) {
        return new SpikeEvents(
                ints(NUMBERS, numbersOfImage(topology), first, end), ints(STARTS, startsOfImage(topology), first, end));
    }

    private MemorySegment ints(String name, long ofImage, int first, int end) {
        long bytes = ofImage * Integer.BYTES;
        return arena.segment(name).asSlice(first * bytes, (end - first) * bytes);
    }

    /** {@return the spikes of a layer in the last step} */
    long count(int layer, int first, int end) {
        SpikeTensor tile = spikes.at(layer).part(first, end - first);
        return tile.count(end - first);
    }
}
