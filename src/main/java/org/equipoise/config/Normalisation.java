package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/** How pixels in [0, 1] become the values that an image is clamped to: {@code (pixel − mean) / deviation}, channel by channel. */
public record Normalisation(List<Float> mean, List<Float> deviation) {
    static final SettingsTable<Normalisation> SETTINGS =
            SettingsTable.line(Normalisation.class, "network.normalise", """
            mean | needed | numbers from -1000 to 1000 | of each channel, taken off its pixels
            deviation | needed | numbers above 0 and up to 1000 | of each channel, which the rest is divided by""");

    /** Copies the lists and refuses divisions by zero. */
    public Normalisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != deviation.size()) {
            throw new BadInputException("network.normalise has " + mean.size() + " means and " + deviation.size()
                    + " deviations; one of each a channel was expected.");
        }
        SETTINGS.check(mean, deviation);
    }
}
