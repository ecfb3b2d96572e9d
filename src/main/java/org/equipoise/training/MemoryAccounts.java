package org.equipoise.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.jspecify.annotations.Nullable;

/**
 * What a run's off-heap memory is for, by {@linkplain Account#label() account}, in bytes.
 *
 * @param predicted what was foretold before anything was allocated
 * @param measured what the ledger held when it held the most
 */
public record MemoryAccounts(Map<String, Long> predicted, Map<String, Long> measured) {
    /** Nothing known. */
    public static final MemoryAccounts NONE = new MemoryAccounts(Map.of(), Map.of());

    /** Puts empty maps where there are none, and refuses sizes that are null. */
    public MemoryAccounts {
        predicted = orEmpty(predicted);
        measured = orEmpty(measured);
    }

    /**
     * @param plans all that the run was to hold
     * @param ledger where it was entered
     * @return both sides of the books
     */
    public static MemoryAccounts of(List<MemoryPlan> plans, Ledger ledger) {
        return new MemoryAccounts(labelled(Ledger.byAccount(plans)), labelled(ledger.peakBytesByAccount()));
    }

    /** {@return all bytes foretold} */
    public long predictedBytes() {
        return sum(predicted);
    }

    /** {@return all bytes held at the peak} */
    public long measuredBytes() {
        return sum(measured);
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> labelled(Map<Account, Long> bytes) {
        Map<String, Long> labelled = new LinkedHashMap<>();
        bytes.forEach((account, size) -> labelled.put(account.label(), size));
        return labelled;
    }

    private static Map<String, Long> orEmpty(@Nullable Map<String, Long> bytes) {
        if (bytes == null) {
            return Map.of();
        }
        bytes.values().forEach(Objects::requireNonNull);
        return bytes;
    }
}
