package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * How pixels in [0, 1] become the values that an image is clamped to: {@code (pixel − mean) / deviation}, channel by channel.
 *
 * @param mean of each channel
 * @param deviation of each channel
 */
public record Normalisation(List<Float> mean, List<Float> deviation) {
    /** Copies the lists and refuses divisions by zero. */
    public Normalisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != deviation.size()) {
            throw new BadInputException("network.normalise has " + mean.size() + " means and " + deviation.size()
                    + " deviations; one of each a channel was expected.");
        }
        for (float each : deviation) {
            if (!(each > 0f && each <= 1000f)) {
                throw new BadInputException("network.normalise.deviation holds " + each
                        + "; numbers above 0 and up to 1000 were expected.");
            }
        }
        for (float each : mean) {
            if (!(each >= -1000f && each <= 1000f)) {
                throw new BadInputException(
                        "network.normalise.mean holds " + each + "; numbers from -1000 to 1000 were expected.");
            }
        }
    }

    @Override
    public String toString() {
        return "{mean: " + mean + ", deviation: " + deviation + "}";
    }
}
