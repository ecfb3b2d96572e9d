package org.equipoise.training;

import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;

/**
 * What has been counted while training in the epoch under way, so that the metrics of an epoch do not depend on whether the run was
 * interrupted in it.
 *
 * @param steps the steps of its batches
 * @param spikes the spikes of its batches
 */
public record EpochCounts(StepCount steps, SpikeCounts spikes) {
    /** Those of an epoch that has not begun. */
    public static final EpochCounts NONE = new EpochCounts(StepCount.NONE, SpikeCounts.NONE);
}
