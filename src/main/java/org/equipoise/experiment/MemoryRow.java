package org.equipoise.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one training batch, predicted and measured.
 *
 * @param timeSteps T, the steps of the free phase, which back-propagation through time unrolls
 * @param predictedBytes off-heap memory by the plans, known before anything runs
 * @param measuredPeakBytes the most that the ledger has booked; null if it did not fit the budget and was not run
 * @param rssBytes the most physical memory of the process; null if not run, or where the system does not say
 * @param rssAboveBaseBytes the same less that of a process which does nothing
 * @param accounts the predicted bytes by account, all accounts
 */
public record MemoryRow(
        String algorithm,
        int timeSteps,
        int batch,
        long predictedBytes,
        @Nullable Long measuredPeakBytes,
        @Nullable Long rssBytes,
        @Nullable Long rssAboveBaseBytes,
        Map<String, Long> accounts) {}
