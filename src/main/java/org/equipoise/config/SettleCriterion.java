package org.equipoise.config;

/**
 * When an image counts as settled, after which its state stays as it is until the phase ends: the mean over all neurons of {@code
 * |s(t) - s(t - window)|} is below the tolerance. It is looked at after every {@code window} steps of a phase.
 */
public record SettleCriterion(double tolerance, int window) {
    static final SettingsTable<SettleCriterion> SETTINGS =
            SettingsTable.line(SettleCriterion.class, "phases.settle", """
            tolerance | needed | a number above 0 and up to 1 | what the mean change of an activation is below
            window | 10 | a whole number of steps from 1 to 1000000 | steps between two looks""");

    /** Refuses tolerances that no image or every image passes, and windows without steps. */
    public SettleCriterion {
        SETTINGS.check(tolerance, window);
    }
}
