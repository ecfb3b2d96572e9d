package org.equipoise.plot;

import java.util.List;

/**
 * Plots side by side in one image, filled row by row.
 *
 * @param panels the plots
 * @param columns how many of them stand in a row
 */
public record Figure(List<Plot> panels, int columns) {
    /** Copies the panels and refuses none at all. */
    public Figure {
        panels = List.copyOf(panels);
        if (panels.isEmpty() || columns < 1) {
            throw new IllegalArgumentException(panels.size() + " panels in " + columns + " columns are no figure");
        }
    }

    /** {@return it alone} */
    public static Figure of(Plot plot) {
        return new Figure(List.of(plot), 1);
    }

    int rows() {
        return Math.ceilDiv(panels.size(), columns);
    }
}
