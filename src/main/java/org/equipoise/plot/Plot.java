package org.equipoise.plot;

import java.util.stream.DoubleStream;

/** What one pair of axes shows. */
public sealed interface Plot permits LinePlot, BarPlot {
    /** {@return the line above it} */
    String title();

    /** {@return the vertical axis} */
    Axis vertical();

    /** {@return every value that has a place on the vertical axis, ends of error bars included} */
    DoubleStream values();
}
