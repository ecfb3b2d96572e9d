package org.equipoise.plot;

/** The colours of series, in the order they are used: those of Okabe and Ito, with a darker yellow that shows on white. */
public enum Colour {
    BLUE(0x0072B2),
    ORANGE(0xE69F00),
    GREEN(0x009E73),
    VERMILION(0xD55E00),
    PURPLE(0xCC79A7),
    SKY(0x56B4E9),
    YELLOW(0xB8A800),
    BLACK(0x333333);

    private final int rgb;

    Colour(int rgb) {
        this.rgb = rgb;
    }

    /**
     * @param number a series, from 0
     * @return its colour; after the last the first comes again
     */
    public static Colour of(int number) {
        return values()[Math.floorMod(number, values().length)];
    }

    int rgb() {
        return rgb;
    }
}
