package org.equipoise.kernel;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The one place that fixes the vector width; constants, so that the compiler sees the species. */
final class Lanes {
    /** float32 species of the width decided at start. */
    static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(KernelSelection.decidedVectorBits()));

    /** float32 values in a vector. */
    static final int COUNT = FLOATS.length();

    /** Bytes in a vector. */
    static final int BYTES = COUNT * Float.BYTES;

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Lanes() {}
}
