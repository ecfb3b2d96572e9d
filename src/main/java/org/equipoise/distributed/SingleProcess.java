package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.memory.MemoryPlan;

/** A process that works alone. */
public final class SingleProcess implements Communicator {
    /** It has no state, so that one serves all. */
    public static final SingleProcess INSTANCE = new SingleProcess();

    private SingleProcess() {}

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public String description() {
        return "one process";
    }

    @Override
    public List<MemoryPlan> plans() {
        return List.of();
    }

    @Override
    public long[][] gather(long[] values) {
        return new long[][] {values.clone()};
    }

    @Override
    public void broadcast(MemorySegment data) {
        // There is no other rank.
    }

    @Override
    public void sum(MemorySegment floats) {
        // A sum of one.
    }

    @Override
    public Transfers transfers(MemorySegment requests) {
        throw new IllegalStateException("There is nobody to exchange messages with");
    }

    @Override
    public ExchangeCount count() {
        return ExchangeCount.NONE;
    }

    @Override
    public void abort(int exitCode) {
        // The process ends as it does without others.
    }

    @Override
    public void close() {
        // There is no connection.
    }
}
