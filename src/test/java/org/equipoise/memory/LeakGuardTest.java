package org.equipoise.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeakGuardTest {
    @Test
    void whatIsHeldIsSeenUntilItIsGivenBack() {
        assertEquals(List.of(), LeakGuard.leaks());
        MemoryPlan plan =
                MemoryPlan.ownedBy("forgetful").floats(Account.STATES, "s", 1).build();
        Ledger ledger = Ledger.unlimited();
        try (OffHeapArena arena = ledger.open(plan)) {
            assertEquals(List.of("forgetful"), LeakGuard.leaks());
            assertEquals(64, arena.plan().totalBytes());
        }
        assertEquals(List.of(), LeakGuard.leaks());
    }
}
