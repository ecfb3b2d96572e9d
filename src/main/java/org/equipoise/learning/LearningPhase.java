package org.equipoise.learning;

/** What learning from a batch consists of. */
public enum LearningPhase {
    /** Settling without nudging. */
    FREE(true),
    /** Settling while nudged, the first time. */
    POSITIVE_NUDGE(true),
    /** Settling while nudged the other way. */
    NEGATIVE_NUDGE(true),
    /** Summing outer products of states. */
    GRADIENT(false),
    /** Moving weights and deriving their layouts. */
    UPDATE(false);

    private final boolean settling;

    LearningPhase(boolean settling) {
        this.settling = settling;
    }

    /** {@return whether every thread works on images of its own in this phase} */
    public boolean settling() {
        return settling;
    }
}
