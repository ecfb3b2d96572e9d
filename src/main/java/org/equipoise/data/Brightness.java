package org.equipoise.data;

/** The values of pixels that are numbers: 0 is dark and 1 fully bright. */
public final class Brightness {
    /** What arithmetic in float32 or float16 before an image was written may have added to 1 or taken from 0. */
    private static final float ROUNDING = 1e-5f;

    private Brightness() {}

    /** {@return whether a value lies in [0, 1], but for rounding; NaN does not} */
    public static boolean isValid(float value) {
        return value >= -ROUNDING && value <= 1 + ROUNDING;
    }

    /** {@return a valid value without what rounding has added} */
    public static float clip(float value) {
        if (value > 1) {
            return 1;
        }
        return value < 0 ? 0 : value;
    }
}
