package org.equipoise.dynamics;

import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.tensor.SpikeEvents;

/**
 * Room for lists of spikes. One list serves all layers, one after the other, so it is as long as the longest of them needs: for all
 * images at the ends of linear connections, whose weights are large, and for a group of images elsewhere.
 */
final class EventBuffers {
    /** Images whose currents stay near while the weights of convolutions pass over them. */
    static final int GROUP = 8;

    private EventBuffers() {}

    /**
     * @param memory where the memory comes from
     * @param topology the network
     * @param images the most images that pass through a linear connection together
     * @param name tells it from other such room of the owner
     * @return the room
     */
    static SpikeEvents in(MemoryScope memory, Topology topology, int images, String name) {
        long numbers = 0;
        long starts = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            boolean linear =
                    l < topology.depth() && topology.connections().get(l).linear()
                            || l > 0 && topology.connections().get(l - 1).linear();
            int together = linear ? images : Math.min(images, GROUP);
            numbers = Math.max(numbers, SpikeEvents.numbersNeeded(topology.layout(l), together));
            starts = Math.max(starts, SpikeEvents.startsNeeded(topology.layout(l), together));
        }
        for (Connection connection : topology.connections()) {
            PoolingWindow window = connection.maximum();
            if (window != null) {
                // As many spikes come back to a convolution's map as its layer sends, but to more places, where lists
                // of them start.
                starts = Math.max(starts, SpikeEvents.startsNeeded(window.convolved(), Math.min(images, GROUP)));
            }
        }
        return new SpikeEvents(
                memory.ints(Account.SCRATCH, "event numbers" + name, numbers),
                memory.ints(Account.SCRATCH, "event starts" + name, starts));
    }

    /** How many images of so many pass through a connection together. */
    static int together(Connection connection, int images) {
        return connection.linear() ? images : Math.min(images, GROUP);
    }
}
