package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Tensors, and the calls of kernels on them that are measured. The classes here are the only ones that call kernels, so that a
 * signature that changes is followed in one place.
 */
public abstract class Work implements AutoCloseable {
    final Space space;

    Work(Space space) {
        this.space = space;
    }

    /** Writes the same contents every time, over whatever kernels have left. */
    public abstract void fill();

    /** {@return all memory of the workload, read and written} */
    public List<MemorySegment> memory() {
        return space.segments();
    }

    @Override
    public void close() {
        space.close();
    }
}
