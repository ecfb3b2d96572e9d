package org.equipoise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Secondary metrics: what the invocations of an iteration did, per second. */
public final class Counted {
    private Counted() {}

    /** Work whose measure is the float32 additions of weights, or multiply-adds, padding lanes included. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Additions {
        /** Images that went through. */
        public long images;
        /** Additions. */
        public long additions;

        void add(int moreImages, long moreAdditions) {
            images += moreImages;
            additions += moreAdditions;
        }
    }

    /** Work whose measure is neurons, padding lanes included, or pixels. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Neurons {
        /** Images that went through. */
        public long images;
        /** Neurons. */
        public long neurons;

        void add(int moreImages, long moreNeurons) {
            images += moreImages;
            neurons += moreNeurons;
        }
    }

    /** Work whose measure is learnt weights, padding lanes included. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Weights {
        /** Weights. */
        public long weights;
    }

    /** Work whose measure is whole images. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Images {
        /** Images. */
        public long images;
    }
}
