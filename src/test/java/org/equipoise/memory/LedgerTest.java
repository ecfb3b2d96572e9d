package org.equipoise.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    private static final MemoryPlan PLAN = MemoryPlan.ownedBy("somebody")
            .floats(Account.STATES, "s", 17)
            .words(Account.SPIKES, "q", 3)
            .ints(Account.SCRATCH, "events", 0)
            .build();

    @Test
    void everyByteIsNamedAndRoundedUpToCacheLines() {
        assertEquals(128 + 64, PLAN.totalBytes());
        assertEquals(Map.of(Account.STATES, 128L, Account.SPIKES, 64L, Account.SCRATCH, 0L), PLAN.bytesByAccount());
    }

    @Test
    void booksWhatIsOpenAndRemembersThePeak() {
        Ledger ledger = Ledger.unlimited();
        OffHeapArena first = ledger.open(PLAN);
        OffHeapArena second = ledger.open(PLAN);
        assertEquals(2 * PLAN.totalBytes(), ledger.currentBytes());
        assertEquals(256, ledger.bytesByAccount().get(Account.STATES));
        assertEquals(List.of(PLAN, PLAN), ledger.openPlans());
        first.close();
        first.close();
        assertEquals(PLAN.totalBytes(), ledger.currentBytes());
        second.close();
        assertEquals(0, ledger.currentBytes());
        assertEquals(2 * PLAN.totalBytes(), ledger.peakBytes());
    }

    @Test
    void remembersWhatThePeakConsistedOf() {
        Ledger ledger = Ledger.unlimited();
        try (OffHeapArena both = ledger.open(PLAN)) {
            assertEquals(both.plan().bytesByAccount(), ledger.peakBytesByAccount());
        }
        MemoryPlan larger =
                MemoryPlan.ownedBy("another").floats(Account.TAPE, "tape", 100).build();
        MemoryPlan smaller =
                MemoryPlan.ownedBy("third").floats(Account.DATA, "data", 1).build();
        ledger.open(larger).close();
        ledger.open(smaller).close();
        assertEquals(larger.bytesByAccount(), ledger.peakBytesByAccount());
    }

    @Test
    void memoryIsZeroAlignedAndBounded() {
        try (OffHeapArena arena = Ledger.unlimited().open(PLAN)) {
            MemorySegment s = arena.segment("s");
            assertEquals(68, s.byteSize());
            assertEquals(0, s.address() % Reservation.ALIGNMENT);
            assertEquals(0, arena.segment("q").address() % Reservation.ALIGNMENT);
            assertEquals(0f, s.get(ValueLayout.JAVA_FLOAT, 64));
            assertThrows(IndexOutOfBoundsException.class, () -> s.get(ValueLayout.JAVA_FLOAT, 68));
            assertThrows(IllegalArgumentException.class, () -> arena.segment("t"));
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        OffHeapArena arena = Ledger.unlimited().open(PLAN);
        MemorySegment s = arena.segment("s");
        arena.close();
        assertThrows(IllegalStateException.class, () -> s.get(ValueLayout.JAVA_FLOAT, 0));
    }

    @Test
    void aBudgetIsKeptBeforeAnythingIsAllocated() {
        Ledger ledger = new Ledger(PLAN.totalBytes() + 100);
        ledger.require(List.of(PLAN));
        String message = assertThrows(BudgetExceededException.class, () -> ledger.require(List.of(PLAN, PLAN)))
                .getMessage();
        assertTrue(message.contains("384") && message.contains("states 256 B"), message);
        OffHeapArena arena = ledger.open(PLAN);
        assertThrows(BudgetExceededException.class, () -> ledger.open(PLAN));
        assertEquals(PLAN.totalBytes(), ledger.peakBytes());
        arena.close();
    }

    @Test
    void sizesThatOverflowAreRefused() {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("x");
        List<Executable> tooLarge = List.of(
                () -> plan.floats(Account.STATES, "s", Long.MAX_VALUE / 4 + 1),
                () -> plan.ints(Account.STATES, "s", Long.MAX_VALUE / 2),
                () -> plan.words(Account.STATES, "s", 1L << 61),
                () -> plan.floats(Account.STATES, "s", 1L << 40, 1 << 30),
                () -> plan.words(Account.STATES, "s", 1L << 60, 1),
                () -> plan.words(Account.STATES, "s", -1, 1),
                () -> plan.bytes(Account.STATES, "s", Long.MAX_VALUE));
        for (Executable reservation : tooLarge) {
            String message = assertThrows(BadInputException.class, reservation).getMessage();
            assertTrue(message.startsWith("The off-heap memory of 's' would be 2^63 bytes or more;"), message);
        }
        MemoryPlan half =
                MemoryPlan.ownedBy("x").floats(Account.STATES, "s", 1L << 60).build();
        MemoryPlan whole = MemoryPlan.ownedBy("y")
                .floats(Account.STATES, "s", 1L << 60)
                .words(Account.STATES, "t", 1L << 50, 1 << 9)
                .build();
        Ledger ledger = Ledger.unlimited();
        assertEquals(1L << 62, half.totalBytes());
        assertThrows(BadInputException.class, whole::totalBytes);
        assertThrows(BadInputException.class, whole::bytesByAccount);
        assertThrows(BadInputException.class, () -> ledger.fits(List.of(half, half)));
        assertThrows(BadInputException.class, () -> Ledger.byAccount(List.of(half, half)));
        assertThrows(BadInputException.class, () -> new Reservation(Account.STATES, "s", -1));
    }

    @Test
    void aBudgetMayBeUsedToItsLastByte() {
        long bytes = PLAN.totalBytes();
        Ledger exact = new Ledger(2 * bytes);
        try (OffHeapArena first = exact.open(PLAN)) {
            assertTrue(exact.fits(List.of(PLAN)));
            exact.require(List.of(first.plan()));
            exact.open(PLAN).close();
            String refusal = assertThrows(BudgetExceededException.class, () -> exact.require(List.of(PLAN, PLAN)))
                    .getMessage();
            assertTrue(refusal.startsWith("The run needs " + MemorySize.format(3 * bytes)), refusal);
            assertTrue(refusal.contains("but may use " + MemorySize.format(2 * bytes) + " ("), refusal);
            assertTrue(refusal.endsWith(")."), refusal);
            String advised = assertThrows(
                            BudgetExceededException.class,
                            () -> exact.require(List.of(PLAN, PLAN), () -> "one image fewer would fit"))
                    .getMessage();
            assertTrue(advised.endsWith("); one image fewer would fit."), advised);
        }
        assertFalse(new Ledger(bytes - 1).fits(List.of(PLAN)));
    }

    @Test
    void theFirstOfEqualPeaksIsRemembered() {
        Ledger ledger = Ledger.unlimited();
        ledger.open(MemoryPlan.ownedBy("x").bytes(Account.STATES, "s", 64).build())
                .close();
        ledger.open(MemoryPlan.ownedBy("y").bytes(Account.SPIKES, "q", 64).build())
                .close();
        assertEquals(Map.of(Account.STATES, 64L), ledger.peakBytesByAccount());
    }

    @Test
    void theLargestSizesAreStillSizes() {
        long most = Long.MAX_VALUE - Reservation.ALIGNMENT;
        Reservation largest = new Reservation(Account.STATES, "s", most);
        assertEquals((most + 63) / 64 * 64, largest.alignedBytes());
        assertThrows(BadInputException.class, () -> new Reservation(Account.STATES, "s", most + 1));
        assertEquals(0, new Reservation(Account.STATES, "s", 0).alignedBytes());
        assertEquals(Long.MAX_VALUE / 4 * 4, Reservation.bytes(Long.MAX_VALUE / 4, 4, "s"));
        assertEquals(0, Reservation.bytes(0, 4, "s"));
        assertEquals(0, Reservation.bytes(4, 0, "s"));
        assertThrows(BadInputException.class, () -> Reservation.bytes(4, -1, "s"));
        assertThrows(BadInputException.class, () -> Reservation.bytes(1L << 62, 2, "s"));
        assertEquals(Long.MAX_VALUE, Reservation.sum(Long.MAX_VALUE - 7, 7, "s"));
        assertThrows(BadInputException.class, () -> Reservation.sum(Long.MAX_VALUE - 7, 8, "s"));
    }

    /** What the system refuses, and what is more than its allocator can be asked for. */
    @ParameterizedTest
    @ValueSource(longs = {1L << 57, (1L << 63) - 1024})
    void whatTheMachineCannotGiveIsSaid(long bytes) {
        MemoryPlan plan =
                MemoryPlan.ownedBy("x").bytes(Account.STATES, "s", bytes).build();
        Ledger ledger = Ledger.unlimited();
        String message = assertThrows(BudgetExceededException.class, () -> ledger.open(plan))
                .getMessage();
        assertTrue(message.startsWith("The machine could not give the "), message);
        assertEquals(0, ledger.currentBytes());
        assertEquals(0, ledger.peakBytes());
    }

    @Test
    void aNameCannotBeReservedTwice() {
        MemoryPlan.Builder plan =
                MemoryPlan.ownedBy("x").floats(Account.STATES, "s", 1).ints(Account.STATES, "s", 1);
        assertThrows(IllegalArgumentException.class, plan::build);
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "64MB,64000000",
        "64 mb,64000000",
        "2GiB,2147483648",
        "1.5k,1500",
        "3KIB,3072",
        "1TB,1000000000000"
    })
    void readsSizes(String text, long bytes) {
        assertEquals(bytes, MemorySize.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "many", "1 XB", "1e3", "64MBs", "0.2"})
    void refusesWhatIsNoSize(String text) {
        BadInputException refused = assertThrows(BadInputException.class, () -> MemorySize.parse(text));
        assertTrue(String.valueOf(refused.getMessage()).contains("'" + text + "'"));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.00 kB",
        "48200000,48.2 MB",
        "999600,1.00 MB",
        "321000000,321 MB",
        "5100000000,5.10 GB"
    })
    void writesSizesWithThreeDigits(long bytes, String text) {
        assertEquals(text, MemorySize.format(bytes));
    }
}
