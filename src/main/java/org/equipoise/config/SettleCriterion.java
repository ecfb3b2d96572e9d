package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * When an image counts as settled, after which its state stays as it is until the phase ends: the mean over all neurons of {@code
 * |s(t) - s(t - window)|} is below the tolerance. It is looked at after every {@code window} steps of a phase.
 *
 * @param tolerance what the mean change of an activation is below
 * @param window steps between two looks
 */
public record SettleCriterion(double tolerance, int window) {
    /** Steps between two looks where a configuration does not say. */
    static final int DEFAULT_WINDOW = 10;

    private static final int LONGEST_WINDOW = 1_000_000;

    /** Refuses tolerances that no image or every image passes, and windows without steps. */
    public SettleCriterion {
        if (!(tolerance > 0 && tolerance <= 1)) {
            throw new BadInputException(
                    "phases.settle.tolerance is " + tolerance + "; a number above 0 and up to 1 was expected.");
        }
        if (window < 1 || window > LONGEST_WINDOW) {
            throw new BadInputException("phases.settle.window is " + window + "; a whole number of steps from 1 to "
                    + LONGEST_WINDOW + " was expected.");
        }
    }
}
