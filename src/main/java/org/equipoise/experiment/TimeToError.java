package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;
import org.equipoise.training.ErrorCurve;
import org.jspecify.annotations.Nullable;

/**
 * Errors of several runs over wall-clock time, and when each comes to a published error.
 *
 * @param title the line above the figure
 * @param published an error in per cent, null for none
 * @param curves the runs, at least one
 */
public record TimeToError(String title, @Nullable Double published, List<ErrorCurve> curves) {
    /** Runs of which one takes so many times as long as another stand on a logarithmic axis. */
    private static final double FAR = 4;

    /** Greater errors, in published ones, would press what matters to the floor of the figure. */
    private static final double HIGHEST = 2.5;

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    /** A unit of time that makes numbers short. */
    private record Unit(String name, double seconds) {
        static Unit of(double longest) {
            return longest > 20 * HOUR
                    ? new Unit("hours", HOUR)
                    : longest > 3 * MINUTE ? new Unit("minutes", MINUTE) : new Unit("seconds", 1);
        }
    }

    private record Epoch(ErrorCurve curve, ErrorCurve.Point point) {}

    public TimeToError {
        curves = List.copyOf(curves);
    }

    /** {@return every epoch of every run, for the CSV file} */
    public Table values() {
        List<Epoch> epochs = curves.stream()
                .flatMap(curve -> curve.points().stream().map(point -> new Epoch(curve, point)))
                .toList();
        return new Columns<Epoch>(epochs)
                .column("run", epoch -> epoch.curve().label())
                .column("epoch", epoch -> epoch.point().epoch())
                .column("seconds", epoch -> epoch.point().seconds())
                .column("testErrorPercent", epoch -> epoch.point().testErrorPercent())
                .column("trainErrorPercent", epoch -> epoch.point().trainErrorPercent())
                .table();
    }

    /** {@return a line for each run} */
    public Table summary() {
        Columns<ErrorCurve> columns = new Columns<ErrorCurve>(curves).column("run", ErrorCurve::label);
        if (published != null) {
            String at = " to " + published + " %";
            columns.column(
                            "seconds" + at,
                            curve -> reached(curve)
                                    .map(ErrorCurve.Point::seconds)
                                    .orElse(null))
                    .column(
                            "epochs" + at,
                            curve -> reached(curve).map(ErrorCurve.Point::epoch).orElse(null));
        }
        return columns.column("error at the end, %", curve -> curve.last().testErrorPercent())
                .column("training error, %", curve -> curve.last().trainErrorPercent())
                .column("epochs", curve -> curve.last().epoch())
                .column("seconds", curve -> curve.last().seconds())
                .column("processor", ErrorCurve::processor)
                .table();
    }

    private Optional<ErrorCurve.Point> reached(ErrorCurve curve) {
        return published == null ? Optional.empty() : curve.firstAt(published);
    }

    /** {@return its page} */
    public String page(String command, String figure) {
        return "# " + title + "\n\nRemade by `" + command + "`.\n\n" + summary().markdown()
                + "\nErrors are of images that are not learnt from, after each epoch; seconds are of training and tests.\n\n!["
                + title
                + "](" + figure + ")\n";
    }

    /** {@return error over time, with a broken line at the published error and a mark where a run first comes to it} */
    public Figure figure() {
        double longest = end().max().orElseThrow();
        boolean far = longest > FAR * end().min().orElseThrow()
                && curves.stream().allMatch(curve -> curve.points().getFirst().seconds() > 0);
        Unit unit = Unit.of(longest);
        List<Series> series = new ArrayList<>();
        List<Series> marks = new ArrayList<>();
        double first = longest;
        for (ErrorCurve curve : curves) {
            Colour colour = Colour.of(series.size());
            String label = label(curve);
            List<ErrorCurve.Point> shown = shown(curve);
            series.add(Series.of(
                    label,
                    shown.size() == 1 ? Series.Style.LINE_AND_MARKERS : Series.Style.LINE,
                    colour,
                    shown,
                    point -> point.seconds() / unit.seconds(),
                    ErrorCurve.Point::testErrorPercent));
            reached(curve)
                    .ifPresent(point -> marks.add(new Series(
                            label,
                            Series.Style.MARKERS,
                            colour,
                            List.of(Point.of(point.seconds() / unit.seconds(), point.testErrorPercent())))));
            first = Math.min(first, shown.getFirst().seconds());
        }
        if (published != null) {
            List<Point> ends = List.of(
                    Point.of((far ? first : 0) / unit.seconds(), published),
                    Point.of(longest / unit.seconds(), published));
            series.add(new Series("published: " + published + " %", Series.Style.DASHED_LINE, Colour.BLACK, ends));
        }
        series.addAll(marks);
        Axis time = far ? Axis.logarithmic(unit.name()) : Axis.fromZero(unit.name());
        return Figure.of(new LinePlot(title, time, Axis.linear("% wrong"), series));
    }

    private DoubleStream end() {
        return curves.stream().mapToDouble(curve -> curve.last().seconds());
    }

    private List<ErrorCurve.Point> shown(ErrorCurve curve) {
        if (published == null) {
            return curve.points();
        }
        List<ErrorCurve.Point> low = curve.points().stream()
                .dropWhile(point -> point.testErrorPercent() > HIGHEST * published)
                .toList();
        return low.isEmpty() ? List.of(curve.last()) : low;
    }

    private String label(ErrorCurve curve) {
        if (published == null) {
            return curve.label();
        }
        ErrorCurve.Point reached = reached(curve).orElse(null);
        return curve.label() + ": "
                + (reached == null
                        ? Table.format("%.2f %% in ", curve.last().testErrorPercent())
                                + duration(curve.last().seconds())
                        : published + " % in " + duration(reached.seconds()));
    }

    /** {@return a time in two figures or three} */
    static String duration(double seconds) {
        if (seconds >= 2 * HOUR) {
            return Table.format("%.1f h", seconds / HOUR);
        }
        return seconds >= 2 * MINUTE
                ? Table.format("%.0f min", seconds / MINUTE)
                : Table.format(seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
}
