package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The width of vectors, in constants, so that the compiler sees the species; and how they are made of what lies in memory. */
final class Lanes {
    /** float32 species of the width decided at start. */
    static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(KernelSelection.decidedVectorBits()));

    /** float32 values in a vector. */
    static final int COUNT = FLOATS.length();

    /** Bytes in a vector. */
    static final int BYTES = COUNT * Float.BYTES;

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private Lanes() {}

    static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    /** {@return the float32 at that offset in every lane} */
    static FloatVector broadcast(MemorySegment segment, long offset) {
        return FloatVector.broadcast(FLOATS, segment.get(FLOAT, offset));
    }

    /** {@return -1 in every lane where bit 31 is set, else 1: a multiplication by it is exact} */
    static FloatVector sign(int bits) {
        return FloatVector.broadcast(
                FLOATS, Float.intBitsToFloat(Float.floatToRawIntBits(1f) | bits & Integer.MIN_VALUE));
    }
}
