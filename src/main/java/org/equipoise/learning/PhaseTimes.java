package org.equipoise.learning;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Time spent in each phase. Settling is timed on every thread and summed over threads; gradient and update are timed once, from
 * outside. Thread-safe.
 */
public final class PhaseTimes {
    private final Map<LearningPhase, LongAdder> nanos = new EnumMap<>(LearningPhase.class);

    PhaseTimes() {
        for (LearningPhase phase : LearningPhase.values()) {
            nanos.put(phase, new LongAdder());
        }
    }

    /** Adds the time since {@code start} and returns the time now. */
    long add(LearningPhase phase, long start) {
        long now = System.nanoTime();
        nanos(phase).add(now - start);
        return now;
    }

    private LongAdder nanos(LearningPhase phase) {
        LongAdder sum = nanos.get(phase);
        if (sum == null) {
            throw new IllegalStateException("No time is kept of " + phase);
        }
        return sum;
    }

    /** Starts again from nothing. */
    public void reset() {
        nanos.values().forEach(LongAdder::reset);
    }

    /**
     * @param threads how many threads settled
     * @return the share of each phase that took any time in the whole, as a fraction, settling divided by the number of threads
     */
    public Map<LearningPhase, Double> shares(int threads) {
        Map<LearningPhase, Double> shares = new EnumMap<>(LearningPhase.class);
        double total = 0;
        for (LearningPhase phase : LearningPhase.values()) {
            double time = nanos(phase).sum() / (phase.settling() ? (double) threads : 1);
            if (time > 0) {
                shares.put(phase, time);
                total += time;
            }
        }
        double whole = total;
        shares.replaceAll((phase, time) -> time / whole);
        return shares;
    }
}
