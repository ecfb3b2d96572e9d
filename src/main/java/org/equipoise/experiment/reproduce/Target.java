package org.equipoise.experiment.reproduce;

import java.util.Locale;

/** What can be made again. */
public enum Target {
    /** Table II of the paper, and the systems of the works before it. */
    TABLE2,
    /** Fig. 1: indices of maximum pooling. */
    FIG1,
    /** Fig. 2: magnitudes of the two routes. */
    FIG2,
    /** Fig. 3: what quantisation does. */
    FIG3,
    /** What the gain of upsampling does. */
    ALPHA,
    /** A deeper network. */
    DEPTH,
    /** From feed-forward back-propagation to spikes, a step at a time. */
    GAP;

    /** {@return its name, as the command line has it} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether it watches a network settle, whose parameters may be given} */
    public boolean watches() {
        return this == FIG1 || this == FIG2 || this == FIG3;
    }

    /** {@return whether it trains with several seeds} */
    public boolean hasSeeds() {
        return this == TABLE2 || this == GAP;
    }
}
