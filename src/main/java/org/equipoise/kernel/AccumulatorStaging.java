package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Moves sums between tensors and the small array on the heap through which they enter and leave kernels that hold more of them than
 * a method may access off-heap: beyond some 28 such accesses the compiler boxes vectors, but those of an array it counts as little.
 */
final class AccumulatorStaging {
    /**
     * Vectors of a row whose sums are held at once, for four rows at a time. Sixteen sums with their operands need more than sixteen
     * registers, which is all that processors have whose widest vectors are of 256 bits; others have 32.
     */
    static final int VECTORS = VectorSupport.ofThisJvm().bits() == 256 ? 2 : 4;

    private AccumulatorStaging() {}

    static void read(MemorySegment from, long offset, float[] sums, int first, int vectors) {
        for (int v = 0; v < vectors; v++) {
            FloatVector.fromMemorySegment(FLOATS, from, offset + v * (long) BYTES, ORDER)
                    .intoArray(sums, (first + v) * COUNT);
        }
    }

    static void write(float[] sums, int first, int vectors, MemorySegment to, long offset) {
        for (int v = 0; v < vectors; v++) {
            FloatVector.fromArray(FLOATS, sums, (first + v) * COUNT)
                    .intoMemorySegment(to, offset + v * (long) BYTES, ORDER);
        }
    }
}
