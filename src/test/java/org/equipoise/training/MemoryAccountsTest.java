package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.junit.jupiter.api.Test;

class MemoryAccountsTest {
    private static MemoryPlan plan(Account account, long bytes) {
        return MemoryPlan.ownedBy("test").bytes(account, "some", bytes).build();
    }

    @Test
    void bothSidesOfTheBooksAreByAccount() {
        MemoryPlan states = plan(Account.STATES, 640);
        MemoryPlan more = plan(Account.STATES, 64);
        MemoryPlan tape = plan(Account.TAPE, 128);
        Ledger ledger = Ledger.unlimited();
        ledger.open(states).close();
        try (var open = ledger.open(tape)) {
            assertEquals(128, ledger.currentBytes());
        }
        MemoryAccounts accounts = MemoryAccounts.of(List.of(states, more, tape), ledger);
        assertEquals(Map.of("states", 704L, "tape", 128L), accounts.predicted());
        assertEquals(832, accounts.predictedBytes());
        // Never more than one of them was held.
        assertEquals(640, accounts.measuredBytes());
        assertEquals(640, accounts.measured().get("states"));
    }
}
