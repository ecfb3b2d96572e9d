package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import java.util.function.Function;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryScope;
import org.equipoise.memory.Reservation;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Test;

/** Slots of a tape lie apart, and are copied and cleared for some images and not for their neighbours. */
class HistoriesTest {
    private static final int IMAGES = 4;
    private static final int SLOTS = 3;
    private static final Topology TOPOLOGY = Topology.of(SmallNetworks.all().get(1));

    private static History<FloatTensor> floatHistory(MemoryScope memory) {
        return History.floats(memory, Account.TAPE, "s", History.neurons(TOPOLOGY), IMAGES, SLOTS);
    }

    private static History<SpikeTensor> bitHistory(MemoryScope memory) {
        return History.bits(memory, Account.TAPE, "q", History.withImage(TOPOLOGY), IMAGES, SLOTS);
    }

    private static History<SpikeTensor> winnerHistory(
            MemoryScope memory, Topology topology, boolean stillImage, int slots) {
        return History.winners(memory, topology, IMAGES, stillImage, slots);
    }

    /** {@return the bytes of all pieces that are asked for} */
    private static long bytes(Function<MemoryScope, ?> constructor) {
        return MemoryScope.count(constructor).stream()
                .flatMap(plan -> plan.reservations().stream())
                .mapToLong(Reservation::bytes)
                .sum();
    }

    private static <T> void with(Function<MemoryScope, T> constructor, Consumer<T> test) {
        Ledger ledger = Ledger.unlimited();
        record Held<T>(T history, MemoryScope.Holding memory) {}
        Held<T> held = ledger.open("test", memory -> new Held<>(constructor.apply(memory), memory.holding()));
        try (MemoryScope.Holding memory = held.memory()) {
            test.accept(held.history());
        }
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void floats() {
        long expected = 0;
        for (int l = 1; l <= TOPOLOGY.depth(); l++) {
            expected += FloatTensor.floatsNeeded(TOPOLOGY.layout(l), IMAGES) * 4;
        }
        assertEquals(SLOTS * expected, bytes(HistoriesTest::floatHistory));
        with(HistoriesTest::floatHistory, track -> {
            for (int l = 1; l <= TOPOLOGY.depth(); l++) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    for (int i = 0; i < IMAGES; i++) {
                        track.at(slot, l).set(i, 1, 100 * l + 10 * slot + i + 1);
                    }
                }
            }
            track.copy(2, track, 1, new Tile(0, 1, 3));
            track.clear(0, new Tile(0, 2, 3));
            for (int l = 1; l <= TOPOLOGY.depth(); l++) {
                for (int i = 0; i < IMAGES; i++) {
                    boolean copied = i == 1 || i == 2;
                    assertEquals(
                            100 * l + (copied ? 10 : 20) + i + 1, track.at(2, l).get(i, 1));
                    assertEquals(100 * l + 10 + i + 1, track.at(1, l).get(i, 1));
                    assertEquals(i == 2 ? 0 : 100 * l + i + 1, track.at(l).get(i, 1));
                }
            }
        });
    }

    @Test
    void bits() {
        long expected = 0;
        for (int l = 0; l <= TOPOLOGY.depth(); l++) {
            expected += SpikeTensor.wordsNeeded(TOPOLOGY.layout(l), IMAGES) * 8;
        }
        assertEquals(SLOTS * expected, bytes(HistoriesTest::bitHistory));
        with(HistoriesTest::bitHistory, track -> {
            for (int l = 0; l <= TOPOLOGY.depth(); l++) {
                for (int slot = 0; slot < 2; slot++) {
                    for (int i = 0; i < IMAGES; i++) {
                        track.at(slot, l).set(i, slot + 1, true);
                    }
                }
            }
            track.copy(2, track, 1, new Tile(0, 1, 3));
            track.clear(0, new Tile(0, 2, 3));
            for (int l = 0; l <= TOPOLOGY.depth(); l++) {
                for (int i = 0; i < IMAGES; i++) {
                    assertEquals(i == 1 || i == 2, track.at(2, l).get(i, 2), "copied");
                    assertFalse(track.at(2, l).get(i, 1));
                    assertTrue(track.at(1, l).get(i, 2));
                    assertEquals(i != 2, track.at(l).get(i, 1), "cleared");
                }
            }
        });
    }

    /** An image that stands still has the same winners in every step; they are kept once. */
    @Test
    void winners() {
        with(memory -> winnerHistory(memory, TOPOLOGY, true, SLOTS), track -> {
            SpikeTensor first = at(track, 2, 1);
            SpikeTensor second = at(track, 2, 2);
            first.set(3, 5, true);
            second.set(3, 5, true);
            assertTrue(at(track, 0, 1).get(3, 5));
            assertFalse(at(track, 0, 2).get(3, 5));
            assertFalse(at(track, 1, 2).get(3, 5));
            assertTrue(at(track, 2, 2).get(3, 5));
        });
        for (int slots : new int[] {1, SLOTS}) {
            assertEquals(slots * (bytes(1) + bytes(2)), bytes(memory -> winnerHistory(memory, TOPOLOGY, false, slots)));
            assertEquals(bytes(1) + slots * bytes(2), bytes(memory -> winnerHistory(memory, TOPOLOGY, true, slots)));
        }
    }

    private static SpikeTensor at(History<SpikeTensor> track, int slot, int layer) {
        SpikeTensor winners = track.find(slot, layer);
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
        assertEquals(0, bytes(memory -> winnerHistory(memory, topology, false, SLOTS)));
        with(memory -> winnerHistory(memory, topology, false, SLOTS), track -> assertNull(track.find(0, 1)));
    }
}
