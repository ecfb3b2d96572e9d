package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * A constant that may anneal with the step: {@code scale / t^power}, but no less than a floor, where t counts from 1 at the start of the
 * free phase and goes on through the nudge phases.
 *
 * @param power exponent, 0 for a constant
 * @param floor what it stops at, 0 for nothing
 */
public record Schedule(double scale, double power, double floor) {
    private static final String ALLOWED = "a number above 0 and up to 1, or such a number over t^k with k from 0 to 4";
    private static final String FLOOR = ", and after two dots a floor, as 1.0/t^0.5..0.1";

    static final Form<Schedule> FORM =
            Form.of(ALLOWED + FLOOR, reader -> SettingPlace.at(reader.tree(), () -> Schedule.read(reader)));

    /** Refuses what cannot be a step size or a decoder's weight: both lie in (0, 1]. */
    public Schedule {
        if (!(scale > 0 && scale <= 1) || !(power >= 0 && power <= 4)) {
            throw new BadInputException("A neuron's epsilon or lambda is " + text(scale, power, floor) + "; " + ALLOWED
                    + ", was expected.");
        }
        if (!(floor >= 0 && floor < scale) || power == 0 && floor > 0) {
            throw new BadInputException("A neuron's epsilon or lambda is " + text(scale, power, floor)
                    + "; a floor below where it starts, of what falls with t, was expected.");
        }
    }

    /** What falls towards zero. */
    public Schedule(double scale, double power) {
        this(scale, power, 0);
    }

    private static Schedule read(SettingReader reader) {
        String[] parts = reader.text().split("/t\\^", 2);
        if (parts.length == 1) {
            return constant(reader.number());
        }
        String[] fall = parts[1].split("\\.\\.", 2);
        return new Schedule(
                reader.number(parts[0].strip()),
                reader.number(fall[0].strip()),
                fall.length == 1 ? 0 : reader.number(fall[1].strip()));
    }

    public static Schedule constant(double value) {
        return new Schedule(value, 0);
    }

    public float at(int t) {
        return power == 0 ? (float) scale : (float) Math.max(floor, scale / StrictMath.pow(t, power));
    }

    @Override
    public String toString() {
        return text(scale, power, floor);
    }

    private static String text(double scale, double power, double floor) {
        String falling = power == 0 ? Double.toString(scale) : scale + "/t^" + power;
        return floor == 0 ? falling : falling + ".." + floor;
    }
}
