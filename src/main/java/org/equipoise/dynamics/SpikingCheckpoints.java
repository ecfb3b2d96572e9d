package org.equipoise.dynamics;

import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * Whole states of spiking neurons, from which steps are computed again.
 *
 * @param s activations
 * @param v decoded currents
 * @param phi residues
 * @param q spikes, those of the image unused
 * @param imageResidues the image's residue in every slot, one after the other
 */
record SpikingCheckpoints(FloatHistory s, FloatHistory v, FloatHistory phi, BitHistory q, FloatTensor imageResidues) {
    private static final String S = "checkpoint.s";
    private static final String V = "checkpoint.v";
    private static final String PHI = "checkpoint.phi";
    private static final String SPIKES = "checkpoint.q";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images, int slots) {
        for (String part : new String[] {S, V, PHI}) {
            FloatHistory.plan(plan, Account.TAPE, part, topology, images, slots);
        }
        BitHistory.plan(plan, Account.TAPE, SPIKES, topology, 0, images, slots);
        long residues = FloatTensor.floatsNeeded(topology.layout(0), images);
        plan.floats(Account.TAPE, FloatHistory.name(0, PHI), residues, slots);
    }

    static SpikingCheckpoints of(OffHeapArena arena, Topology topology, int images, int slots) {
        return new SpikingCheckpoints(
                FloatHistory.of(arena, S, topology, images),
                FloatHistory.of(arena, V, topology, images),
                FloatHistory.of(arena, PHI, topology, images),
                BitHistory.of(arena, SPIKES, topology, 0, images),
                new FloatTensor(
                        arena.segment(FloatHistory.name(0, PHI)),
                        topology.layout(0),
                        Math.multiplyExact(images, slots)));
    }

    /** {@return the bytes of one state} */
    static long bytes(Topology topology, int images) {
        return 3 * FloatHistory.bytes(topology, images)
                + BitHistory.bytes(topology, 0, images)
                + FloatTensor.floatsNeeded(topology.layout(0), images) * Float.BYTES;
    }

    void save(SpikingForward forward, int slot, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        s.copy(slot, forward.memory().s(), 0, first, end);
        v.copy(slot, forward.memory().v(), 0, first, end);
        phi.copy(slot, forward.memory().phi(), 0, first, end);
        q.copy(slot, forward.spikes(), 0, first, end);
        FloatTensor residue = forward.imageResidue();
        imageResidues.copyFrom(slot * residue.images() + first, residue, first, end - first);
    }

    void restore(SpikingForward forward, int slot, Tile tile) {
        int first = tile.first();
        int end = tile.end();
        forward.memory().s().copy(0, s, slot, first, end);
        forward.memory().v().copy(0, v, slot, first, end);
        forward.memory().phi().copy(0, phi, slot, first, end);
        forward.spikes().copy(0, q, slot, first, end);
        FloatTensor residue = forward.imageResidue();
        residue.copyFrom(first, imageResidues, slot * residue.images() + first, end - first);
    }
}
