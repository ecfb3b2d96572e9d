package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Test;

/** Slots of a tape lie apart, and are copied and cleared for some images and not for their neighbours. */
class HistoriesTest {
    private static final int IMAGES = 4;
    private static final int SLOTS = 3;
    private static final Topology TOPOLOGY = Topology.of(SmallNetworks.all().get(1));

    @Test
    void floats() {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("test");
        FloatHistory.plan(plan, Account.TAPE, "s", TOPOLOGY, IMAGES, SLOTS);
        MemoryPlan built = plan.build();
        assertTrue(built.totalBytes() >= SLOTS * FloatHistory.bytes(TOPOLOGY, IMAGES));
        long expected = 0;
        for (int l = 1; l <= TOPOLOGY.depth(); l++) {
            expected += FloatTensor.floatsNeeded(TOPOLOGY.layout(l), IMAGES) * 4;
        }
        assertEquals(expected, FloatHistory.bytes(TOPOLOGY, IMAGES));
        try (OffHeapArena arena = Ledger.unlimited().open(built)) {
            FloatHistory track = FloatHistory.of(arena, "s", TOPOLOGY, IMAGES);
            for (int l = 1; l <= TOPOLOGY.depth(); l++) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    for (int i = 0; i < IMAGES; i++) {
                        track.at(slot, l).set(i, 1, 100 * l + 10 * slot + i + 1);
                    }
                }
            }
            track.copy(2, track, 1, 1, 3);
            track.clear(0, 2, 3);
            for (int l = 1; l <= TOPOLOGY.depth(); l++) {
                for (int i = 0; i < IMAGES; i++) {
                    boolean copied = i == 1 || i == 2;
                    assertEquals(
                            100 * l + (copied ? 10 : 20) + i + 1, track.at(2, l).get(i, 1));
                    assertEquals(100 * l + 10 + i + 1, track.at(1, l).get(i, 1));
                    assertEquals(i == 2 ? 0 : 100 * l + i + 1, track.at(l).get(i, 1));
                }
            }
        }
    }

    @Test
    void bits() {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("test");
        BitHistory.plan(plan, Account.TAPE, "q", TOPOLOGY, 0, IMAGES, SLOTS);
        long expected = 0;
        for (int l = 0; l <= TOPOLOGY.depth(); l++) {
            expected += SpikeTensor.wordsNeeded(TOPOLOGY.layout(l), IMAGES) * 8;
        }
        assertEquals(expected, BitHistory.bytes(TOPOLOGY, 0, IMAGES));
        try (OffHeapArena arena = Ledger.unlimited().open(plan.build())) {
            BitHistory track = BitHistory.of(arena, "q", TOPOLOGY, 0, IMAGES);
            for (int l = 0; l <= TOPOLOGY.depth(); l++) {
                for (int slot = 0; slot < 2; slot++) {
                    for (int i = 0; i < IMAGES; i++) {
                        track.at(slot, l).set(i, slot + 1, true);
                    }
                }
            }
            track.copy(2, track, 1, 1, 3);
            track.clear(0, 2, 3);
            for (int l = 0; l <= TOPOLOGY.depth(); l++) {
                for (int i = 0; i < IMAGES; i++) {
                    assertEquals(i == 1 || i == 2, track.at(2, l).get(i, 2), "copied");
                    assertFalse(track.at(2, l).get(i, 1));
                    assertTrue(track.at(1, l).get(i, 2));
                    assertEquals(i != 2, track.at(l).get(i, 1), "cleared");
                }
            }
        }
    }

    /** An image that stands still has the same winners in every step; they are kept once. */
    @Test
    void winners() {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("test");
        WinnerHistory.plan(plan, TOPOLOGY, IMAGES, true, SLOTS);
        try (OffHeapArena arena = Ledger.unlimited().open(plan.build())) {
            WinnerHistory track = WinnerHistory.of(arena, TOPOLOGY, IMAGES, true);
            SpikeTensor first = track.at(2, 1);
            SpikeTensor second = track.at(2, 2);
            assertNotNull(first);
            assertNotNull(second);
            first.set(3, 5, true);
            second.set(3, 5, true);
            assertTrue(at(track, 0, 1).get(3, 5));
            assertFalse(at(track, 0, 2).get(3, 5));
            assertFalse(at(track, 1, 2).get(3, 5));
            assertTrue(at(track, 2, 2).get(3, 5));
        }
        long all = WinnerHistory.bytes(TOPOLOGY, IMAGES, false);
        long moving = WinnerHistory.bytes(TOPOLOGY, IMAGES, true);
        assertEquals(bytes(1) + bytes(2), all);
        assertEquals(bytes(2), moving);
    }

    private static SpikeTensor at(WinnerHistory track, int slot, int layer) {
        SpikeTensor winners = track.at(slot, layer);
        assertNotNull(winners);
        return winners;
    }

    private static long bytes(int layer) {
        var window = TOPOLOGY.connections().get(layer - 1).maximum();
        assertNotNull(window);
        return SpikeTensor.wordsNeeded(window.convolved(), IMAGES) * 8;
    }

    @Test
    void aNetworkWithoutMaximaHasNoWinners() {
        Topology topology = Topology.of(SmallNetworks.all().getFirst());
        assertEquals(0, WinnerHistory.bytes(topology, IMAGES, false));
        try (OffHeapArena arena =
                Ledger.unlimited().open(MemoryPlan.ownedBy("test").build())) {
            assertNull(WinnerHistory.of(arena, topology, IMAGES, false).at(0, 1));
        }
    }
}
