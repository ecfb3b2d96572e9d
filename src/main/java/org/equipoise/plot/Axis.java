package org.equipoise.plot;

/**
 * An axis of a plot.
 *
 * @param label the quantity and its unit
 * @param scale how values are laid out on it
 */
public record Axis(String label, Scale scale) {
    /** How values are laid out on an axis. */
    public enum Scale {
        /** Equal differences are equally far apart. */
        LINEAR,
        /** The same from zero on, so that lengths can be compared; values must not be below zero. */
        FROM_ZERO,
        /** Equal ratios are equally far apart; values must be above zero. */
        LOGARITHMIC
    }

    /** {@return an axis on which equal differences are equally far apart} */
    public static Axis linear(String label) {
        return new Axis(label, Scale.LINEAR);
    }

    /** {@return an axis on which equal ratios are equally far apart} */
    public static Axis logarithmic(String label) {
        return new Axis(label, Scale.LOGARITHMIC);
    }

    /** {@return an axis that begins at zero} */
    public static Axis fromZero(String label) {
        return new Axis(label, Scale.FROM_ZERO);
    }

    boolean beginsAtZero() {
        return scale == Scale.FROM_ZERO;
    }

    boolean isLogarithmic() {
        return scale == Scale.LOGARITHMIC;
    }

    void require(double value, String where) {
        if (!Double.isFinite(value) || isLogarithmic() && value <= 0 || beginsAtZero() && value < 0) {
            throw new IllegalArgumentException(where + " has the value " + value + " on the "
                    + (isLogarithmic() ? "logarithmic " : "") + "axis '" + label + "'");
        }
    }
}
