package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * A constant that may anneal with the step: {@code scale / t^power}, where t counts from 1 at the start of the free phase and
 * goes on through the nudge phases.
 *
 * @param power exponent, 0 for a constant
 */
public record Schedule(double scale, double power) {
    private static final String ALLOWED = "a number above 0 and up to 1, or such a number over t^k with k from 0 to 4";

    static final Form<Schedule> FORM =
            Form.of(ALLOWED, reader -> SettingPlace.at(reader.tree(), () -> Schedule.read(reader)));

    /** Refuses what cannot be a step size or a decoder's weight: both lie in (0, 1]. */
    public Schedule {
        if (!(scale > 0 && scale <= 1) || !(power >= 0 && power <= 4)) {
            throw new BadInputException(
                    "A neuron's epsilon or lambda is " + text(scale, power) + "; " + ALLOWED + ", was expected.");
        }
    }

    private static Schedule read(SettingReader reader) {
        String[] parts = reader.text().split("/t\\^", 2);
        return parts.length == 1
                ? constant(reader.number())
                : new Schedule(reader.number(parts[0].strip()), reader.number(parts[1].strip()));
    }

    public static Schedule constant(double value) {
        return new Schedule(value, 0);
    }

    public float at(int t) {
        return power == 0 ? (float) scale : (float) (scale / StrictMath.pow(t, power));
    }

    @Override
    public String toString() {
        return text(scale, power);
    }

    private static String text(double scale, double power) {
        return power == 0 ? Double.toString(scale) : scale + "/t^" + power;
    }
}
