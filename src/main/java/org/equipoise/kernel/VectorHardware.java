package org.equipoise.kernel;

import jdk.incubator.vector.FloatVector;

/** What the processor offers; apart from {@link Lanes} so that asking does not yet fix a width. */
final class VectorHardware {
    private VectorHardware() {}

    /** {@return the widest float32 vector this processor and JDK do well, in bits} */
    static int preferredBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
