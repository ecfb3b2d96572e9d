package org.equipoise.config;

import java.util.Map;
import java.util.stream.Stream;

/** How many of its last steps a phase is averaged over. */
public record AverageWindows(int free, int nudge) {
    static final SettingsTable<AverageWindows> SETTINGS =
            SettingsTable.line(AverageWindows.class, "phases.average", """
            free | 1 | a whole number up to the steps of the free phase | last steps of the free phase whose mean is answered and, in schemes that compare with it, compared
            nudge | 1 | a whole number up to the steps of a nudge phase | last steps of a nudge phase whose mean is learnt from""");

    /** One number for both, or a mapping. */
    static final Form<AverageWindows> FORM = new Form<>(
            reader -> reader.isMapping() ? SETTINGS.read(reader) : of(reader.integer()),
            AverageWindows::toString,
            "",
            own -> Stream.concat(Stream.of(own), SETTINGS.reference(own.when(own.key() + " is no number"))));

    /** {@return windows of one length in all phases} */
    static AverageWindows of(int steps) {
        return new AverageWindows(steps, steps);
    }

    /** {@return the windows, cut where phases have fewer steps} */
    public AverageWindows within(int freeSteps, int nudgeSteps) {
        return new AverageWindows(Math.min(free, freeSteps), Math.min(nudge, nudgeSteps));
    }

    /** {@return whether each phase counts by its last step alone} */
    public boolean ofLastSteps() {
        return free == 1 && nudge == 1;
    }

    /** {@return the windows as they are written} */
    @Override
    public String toString() {
        return free == nudge ? String.valueOf(free) : SETTINGS.write(this, Map.of());
    }
}
