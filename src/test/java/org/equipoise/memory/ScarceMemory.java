package org.equipoise.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A machine that has no memory for one of the requests made to it, whichever that is. */
public final class ScarceMemory {
    private ScarceMemory() {}

    /**
     * @param refused the number of the request that is refused, from 1
     * @return a ledger without a limit
     */
    public static Ledger refusing(int refused) {
        AtomicInteger requests = new AtomicInteger();
        return new Ledger(Long.MAX_VALUE, (arena, bytes) -> {
            if (requests.incrementAndGet() == refused) {
                throw new OutOfMemoryError("the machine has no more");
            }
            return Ledger.Allocator.SYSTEM.allocate(arena, bytes);
        });
    }

    /**
     * Refuses each request of an object in turn, and checks that nothing is held then and that a smaller object can be opened.
     *
     * @param open opens the object, and returns what closes it
     * @param smaller the same of a smaller one
     */
    public static void assertAllOrNothing(Function<Ledger, Runnable> open, Function<Ledger, Runnable> smaller) {
        for (int refused = 1; ; refused++) {
            Ledger ledger = refusing(refused);
            try {
                open.apply(ledger).run();
                assertTrue(refused > 1, "it asks for memory");
                assertEquals(0, ledger.currentBytes());
                return;
            } catch (BudgetExceededException e) {
                assertEquals(0, ledger.currentBytes(), "after refusal " + refused);
                assertEquals(List.of(), ledger.openPlans());
            }
            Runnable close = smaller.apply(ledger);
            assertTrue(ledger.currentBytes() > 0);
            close.run();
            assertEquals(0, ledger.currentBytes());
        }
    }
}
