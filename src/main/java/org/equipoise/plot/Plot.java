package org.equipoise.plot;

/** What one pair of axes shows. */
public sealed interface Plot permits LinePlot, BarPlot {
    /** {@return the line above it} */
    String title();

    /** {@return the vertical axis} */
    Axis vertical();
}
