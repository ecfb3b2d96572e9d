package org.equipoise.plot;

/**
 * A point of a series.
 *
 * @param x its place on the horizontal axis
 * @param y its place on the vertical axis
 * @param error half the height of its error bar, 0 for none
 */
public record Point(double x, double y, double error) {
    /** {@return a point without an error bar} */
    public static Point of(double x, double y) {
        return new Point(x, y, 0);
    }
}
