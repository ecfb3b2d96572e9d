package org.equipoise.experiment.feedforward;

import java.util.Locale;

/** What an image is at the input of an exported network. */
public enum ImageCoding {
    /** Spikes, evenly spread, at the rate of each pixel: what spiking networks are trained with. */
    SPIKES,
    /** The pixels themselves in every step. */
    VALUES;

    /** {@return its name in metadata} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param potential of the encoders, moved on
     * @param input what the network sees in this step, replaced
     */
    void encode(float[] image, float[] potential, float[] input) {
        if (this == VALUES) {
            System.arraycopy(image, 0, input, 0, image.length);
            return;
        }
        for (int i = 0; i < image.length; i++) {
            potential[i] += image[i];
            input[i] = potential[i] > 0.5f ? 1f : 0f;
            potential[i] -= input[i];
        }
    }
}
