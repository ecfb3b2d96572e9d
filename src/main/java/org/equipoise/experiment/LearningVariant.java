package org.equipoise.experiment;

import java.util.List;

/** The ways of learning whose memory is compared. */
public enum LearningVariant {
    /** Equilibrium Propagation: what it keeps does not grow with the number of steps. */
    EP("ep");

    private final String label;

    LearningVariant(String label) {
        this.label = label;
    }

    /** {@return its name in tables} */
    public String label() {
        return label;
    }

    /** {@return the settings that turn any configuration into it, as {@code key=value}} */
    public List<String> settings() {
        return switch (this) {
            case EP -> List.of("learning.algorithm=ep");
        };
    }
}
