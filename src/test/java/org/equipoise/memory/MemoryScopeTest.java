package org.equipoise.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryScopeTest {
    /** An object with memory of its own and two parts, the second with a part again. It asks for its own last piece after them. */
    private static final class Whole implements AutoCloseable {
        private final MemoryScope.Holding memory;
        private final List<MemorySegment> pieces = new ArrayList<>();

        Whole(MemoryScope memory) {
            this.memory = memory.holding();
            pieces.add(memory.part("first", part -> part.floats(Account.STATES, "s", 3)));
            memory.part("empty", part -> part.holding());
            pieces.add(memory.part("second", part -> {
                part.part("inner", inner -> pieces.add(inner.words(Account.SPIKES, "q", 2)));
                return part.ints(Account.SCRATCH, "events", 5);
            }));
            pieces.add(memory.bytes(Account.DATA, "labels", 7));
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @Test
    void countsWhatItThenHandsOut() {
        List<MemoryPlan> plans = MemoryScope.count(memory -> memory.part("whole", Whole::new));
        assertEquals(
                List.of("first", "inner", "second", "whole"),
                plans.stream().map(MemoryPlan::owner).toList());
        Ledger ledger = Ledger.unlimited();
        try (Whole whole = ledger.open("whole", Whole::new)) {
            assertEquals(plans, ledger.openPlans());
            assertEquals(
                    List.of(12L, 16L, 20L, 7L),
                    whole.pieces.stream().map(MemorySegment::byteSize).toList());
            for (MemorySegment piece : whole.pieces) {
                assertEquals(0, piece.address() % Reservation.ALIGNMENT);
                assertFalse(MemoryScope.unbacked(piece));
                assertEquals(0, piece.get(ValueLayout.JAVA_BYTE, piece.byteSize() - 1));
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void countingGivesNoMemory() {
        List<MemoryPlan> plans = MemoryScope.count(memory -> memory.part("states", part -> {
            assertTrue(part.counting());
            MemorySegment segment = part.floats(Account.STATES, "s", Long.MAX_VALUE / 64);
            assertTrue(MemoryScope.unbacked(segment));
            assertThrows(IndexOutOfBoundsException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
            return segment;
        }));
        assertEquals(
                Long.MAX_VALUE / 64 * Float.BYTES,
                plans.getFirst().reservations().getFirst().bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void openingIsAllOrNothing(int refused) {
        AtomicInteger requests = new AtomicInteger();
        Ledger ledger = new Ledger(Long.MAX_VALUE, (arena, bytes) -> {
            if (requests.incrementAndGet() == refused) {
                throw new OutOfMemoryError("refused");
            }
            return Ledger.Allocator.SYSTEM.allocate(arena, bytes);
        });
        assertThrows(BudgetExceededException.class, () -> ledger.open("whole", Whole::new));
        assertEquals(refused, requests.get());
        assertEquals(0, ledger.currentBytes());
        assertEquals(List.of(), ledger.openPlans());
        ledger.open("whole", Whole::new).close();
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void aFailingConstructorHoldsNothing() {
        Ledger ledger = Ledger.unlimited();
        IllegalStateException failure = new IllegalStateException("bad parameters");
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> ledger.open("states", memory -> {
                            memory.floats(Account.STATES, "s", 3);
                            if (!memory.counting()) {
                                throw failure;
                            }
                            return memory;
                        })));
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void refusesWhatWasNotCounted() {
        Ledger ledger = Ledger.unlimited();
        assertThrows(
                IllegalStateException.class,
                () -> ledger.open("states", memory -> memory.floats(Account.STATES, "s", memory.counting() ? 3 : 4)));
        assertThrows(
                IllegalStateException.class,
                () -> ledger.open("states", memory -> memory.counting() ? "" : memory.floats(Account.STATES, "s", 4)));
        assertEquals(0, ledger.currentBytes());
    }
}
