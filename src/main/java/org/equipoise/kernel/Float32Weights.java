package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;

/** Weights in single precision. */
record Float32Weights() implements WeightFormat {
    /** Bytes of a weight, a constant for generated kernels. */
    static final int BYTES = Float.BYTES;

    /** {@return as many weights as a vector has lanes} */
    static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, segment, offset, Lanes.ORDER);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public MemorySegment in(MemoryScope memory, Account account, String name, long count) {
        return memory.floats(account, name, count);
    }

    @Override
    public float get(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_FLOAT, offset);
    }

    @Override
    public void set(MemorySegment segment, long offset, float value) {
        segment.set(ValueLayout.JAVA_FLOAT, offset, value);
    }
}
