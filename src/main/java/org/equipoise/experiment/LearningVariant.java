package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.List;

/** The ways of learning whose memory is compared. */
public enum LearningVariant {
    /** Equilibrium Propagation: what it keeps does not grow with the number of steps. */
    EP("ep"),
    /** Back-propagation through time that keeps every step: memory grows with T. */
    BPTT("bptt"),
    /** Back-propagation through time that keeps states now and then and computes the steps between again: memory grows with √T. */
    BPTT_CHECKPOINTED("bptt-checkpointed");

    /** What is kept of each training example is no part of a batch's memory. */
    private static final String NO_PARTICLES = "training.particles=none";

    /** What back-propagation through time does without: phases that end early, nudges, images that are no spikes. */
    private static final List<String> UNROLLED = List.of(
            "phases.settle=off",
            "phases.nudge-margin=off",
            "phases.errors=fed-back",
            "neuron.image=spikes",
            NO_PARTICLES);

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
            case EP -> List.of("learning.algorithm=ep", NO_PARTICLES);
            case BPTT -> unrolled("full");
            case BPTT_CHECKPOINTED -> unrolled("checkpointed");
        };
    }

    private static List<String> unrolled(String tape) {
        List<String> settings = new ArrayList<>(List.of("learning.algorithm=bptt", "learning.tape=" + tape));
        settings.addAll(UNROLLED);
        return settings;
    }
}
