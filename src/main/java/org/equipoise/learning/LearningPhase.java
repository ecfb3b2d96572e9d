package org.equipoise.learning;

import org.equipoise.dynamics.PhaseProgram;

/** What learning from a batch consists of. */
public enum LearningPhase {
    /** Settling without nudging, or doing so again from a checkpoint. */
    FREE(true),
    /** Settling while nudged, the first time. */
    POSITIVE_NUDGE(true),
    /** Settling while nudged the other way. */
    NEGATIVE_NUDGE(true),
    /** Walking the steps back. */
    BACKWARD(true),
    /** Summing outer products. */
    GRADIENT(false),
    /** Moving weights and deriving their layouts. */
    UPDATE(false);

    private final boolean settling;

    LearningPhase(boolean settling) {
        this.settling = settling;
    }

    /**
     * @param phase a phase of settling
     * @return what it is for learning
     */
    static LearningPhase of(PhaseProgram.Phase phase) {
        return switch (phase) {
            case FREE, CONTINUED_FREE -> FREE;
            case POSITIVE -> POSITIVE_NUDGE;
            case NEGATIVE -> NEGATIVE_NUDGE;
        };
    }

    /** {@return whether every thread works on images of its own in this phase} */
    public boolean settling() {
        return settling;
    }
}
