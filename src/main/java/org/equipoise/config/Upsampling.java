package org.equipoise.config;

import org.equipoise.error.BadInputException;

/** Gain α of the inverse of average pooling (nearest-neighbour upsampling); other kinds of pooling take no part in it. */
public sealed interface Upsampling {
    /** {@code 1 / F²}: the exact adjoint of the mean over {@code F × F}, with which the dynamics descend the energy. */
    record Exact() implements Upsampling {
        @Override
        public String toString() {
            return "exact";
        }
    }

    /**
     * A tuned gain.
     *
     * @param alpha α
     */
    record Gain(float alpha) implements Upsampling {
        /** Refuses a gain that would silence or reverse the backward route. */
        public Gain {
            if (!(alpha > 0f && alpha <= 100f)) {
                throw new BadInputException(
                        "network.upsampling is " + alpha + "; 'exact' or a number above 0 and up to 100 was expected.");
            }
        }

        @Override
        public String toString() {
            return Float.toString(alpha);
        }
    }

    /**
     * @param window side of the pooling window
     * @return the gain of the backward route relative to the exact adjoint: {@code α F²}
     */
    default float gainOverAdjoint(int window) {
        return switch (this) {
            case Exact exact -> 1f;
            case Gain gain -> window == 1 ? 1f : gain.alpha() * (window * window);
        };
    }
}
