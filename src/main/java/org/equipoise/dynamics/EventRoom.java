package org.equipoise.dynamics;

import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.LayerLayout;

/** Room for the event lists of a tile. A layer's list is read before the next one's is written, so all share the largest's. */
final class EventRoom {
    private EventRoom() {}

    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        long entries = 0;
        long starts = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            entries = Math.max(entries, Events.entriesNeeded(topology.layout(l), images));
            starts = Math.max(starts, Events.startsNeeded(topology.layout(l), images));
        }
        plan.ints(Account.SCRATCH, "events", entries);
        plan.floats(Account.SCRATCH, "factors", entries);
        plan.ints(Account.SCRATCH, "starts", starts);
    }

    static Events of(OffHeapArena arena, LayerLayout layout, int images) {
        return new Events(arena.segment("events"), arena.segment("factors"), arena.segment("starts"), layout, images);
    }
}
