package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.LearningSettings;
import org.equipoise.kernel.RunningMean;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;

/**
 * A running mean of the parameters over the updates (Polyak averaging with exponential forgetting), which is what a run is tested
 * by and leaves as its model, while learning goes on from the parameters themselves.
 *
 * <p>After update {@code n}, counted from 1, it goes the share {@code 1 − min(D, n / (n + 9))} of the way to the new parameters: so it
 * is their plain copy at first and comes to remember some {@code 1 / (1 − D)} updates.
 *
 * <p>Between {@link #exchange} and the next, the parameters hold the mean and this holds what is being learnt.
 */
public final class WeightAverage implements AutoCloseable {
    private static final String NAME = "unaveraged";
    private static final int SLOW_START = 9;
    private static final long PART_BYTES = 1 << 18;

    private final float decay;
    private final Parameters parameters;
    private final Workers workers;
    private final MemoryScope.Holding memory;
    /** The mean, unless there is none. */
    private final List<Moments> kept;

    private final List<Pair> pairs = new ArrayList<>();

    /** Values of the parameters, and of what is kept, that belong together. */
    private record Pair(MemorySegment parameters, MemorySegment kept) {}

    private WeightAverage(MemoryScope memory, LearningSettings settings, Parameters parameters, Workers workers) {
        this.decay = settings.weightAverage();
        this.parameters = parameters;
        this.workers = workers;
        this.memory = memory.holding();
        this.kept = momentNames(settings).stream()
                .map(name -> Moments.in(memory, parameters.topology(), name))
                .toList();
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param settings whether there is an average, and how long it remembers
     * @param parameters what is learnt
     * @param workers who shares the work
     * @return an average, for which {@link #restart} must run before anything else
     */
    public static WeightAverage in(
            MemoryScope memory, LearningSettings settings, Parameters parameters, Workers workers) {
        return memory.part("weight average", part -> new WeightAverage(part, settings, parameters, workers));
    }

    /**
     * @param settings whether there is an average
     * @return the names of its {@link #moments()}
     */
    public static List<String> momentNames(LearningSettings settings) {
        return settings.weightAverage() == 0f ? List.of() : List.of(NAME);
    }

    private void pair(Moments means) {
        for (int l = 0; l < parameters.connections().size(); l++) {
            ConnectionParameters connection = parameters.connections().get(l);
            addPairs(connection.master().segment(), means.weights().get(l).segment());
            addPairs(connection.bias(), means.biases().get(l));
        }
    }

    private void addPairs(MemorySegment one, MemorySegment other) {
        long bytes = Math.min(one.byteSize(), other.byteSize());
        for (long at = 0; at < bytes; at += PART_BYTES) {
            long part = Math.min(PART_BYTES, bytes - at);
            pairs.add(new Pair(one.asSlice(at, part), other.asSlice(at, part)));
        }
    }

    /** Forgets the past: the mean is the parameters as they are now. */
    public void restart() {
        if (pairs.isEmpty()) {
            kept.forEach(this::pair);
        }
        workers.forEach(
                pairs.size(),
                (worker, i) -> pairs.get(i).kept().copyFrom(pairs.get(i).parameters()));
    }

    /**
     * Follows the parameters after an update.
     *
     * @param updates how many updates there have been
     */
    public void follow(long updates) {
        float share = 1f - Math.min(decay, (float) updates / (updates + SLOW_START));
        workers.forEach(
                pairs.size(),
                (worker, i) ->
                        RunningMean.follow(pairs.get(i).kept(), pairs.get(i).parameters(), share));
    }

    /** Lets the mean and the parameters change places; the layouts that settling reads are not derived anew. */
    public void exchange() {
        workers.forEach(
                pairs.size(),
                (worker, i) ->
                        RunningMean.exchange(pairs.get(i).kept(), pairs.get(i).parameters()));
    }

    /** {@return whether there is an average, so that {@link #exchange} changes anything} */
    public boolean kept() {
        return !kept.isEmpty();
    }

    /** {@return what this holds, for a checkpoint to keep; empty without an average} */
    public List<Moments> moments() {
        return kept;
    }

    @Override
    public void close() {
        memory.close();
    }
}
