package org.equipoise.config;

/** Gain α of the inverse of average pooling (nearest-neighbour upsampling); other kinds of pooling take no part in it. */
public sealed interface Upsampling {
    /** What α may be. */
    Range ALPHA = new Range("'exact' or a number above 0 and up to 100");

    /** How it is written. */
    Form<Upsampling> FORM =
            Form.of(ALPHA.text(), reader -> reader.text().equals("exact") ? new Exact() : new Gain(reader.real()));

    /** {@return the gain of the backward route relative to the exact adjoint: {@code α F²}} */
    float gainOverAdjoint(int window);

    /** {@code 1 / F²}: the exact adjoint of the mean over {@code F × F}, with which the dynamics descend the energy. */
    record Exact() implements Upsampling {
        @Override
        public float gainOverAdjoint(int window) {
            return 1f;
        }

        @Override
        public String toString() {
            return "exact";
        }
    }

    /** A tuned gain. */
    record Gain(float alpha) implements Upsampling {
        /** Refuses a gain that would silence or reverse the backward route. */
        public Gain {
            ALPHA.require("network.upsampling", alpha);
        }

        @Override
        public float gainOverAdjoint(int window) {
            return window == 1 ? 1f : alpha * (window * window);
        }

        @Override
        public String toString() {
            return Float.toString(alpha);
        }
    }
}
