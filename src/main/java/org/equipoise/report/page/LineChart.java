package org.equipoise.report.page;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A chart of lines, laid out for a phone: drawn larger it is the same picture with larger text. */
public record LineChart(
        String id,
        Labels labels,
        List<Curve> curves,
        Scale horizontal,
        Scale vertical,
        @Nullable Tick mark,
        @Nullable Table table) {
    /** Width of the drawing. */
    public static final int WIDTH = 360;

    /** Height of the drawing. */
    public static final int HEIGHT = 220;

    /** Left end of the horizontal axis. */
    public static final int LEFT = 46;

    /** Right end of the horizontal axis. */
    public static final int RIGHT = 350;

    /** Upper end of the vertical axis. */
    public static final int TOP = 16;

    /** Lower end of the vertical axis. */
    public static final int BOTTOM = 180;

    private static final int MAX_MARKED = 30;
    private static final int MAX_DESCRIBED = 4;

    /** Words around a chart. */
    public record Labels(String title, String horizontal, String vertical) {}

    /** A line on an axis with the value it stands for. */
    public record Tick(String position, String label) {}

    /**
     * A vertical line.
     *
     * @param x where, in the units of the axis
     * @param label what begins there
     */
    public record Mark(double x, String label) {}

    /** A dot that says its values. */
    public record Dot(String x, String y, String label) {}

    /**
     * A chart whose vertical axis begins at zero, or below where there are values below.
     *
     * @param table its values, or null where another table holds them
     */
    static LineChart linear(String id, Labels labels, List<Curve> curves, @Nullable Mark mark, @Nullable Table table) {
        DoubleSummaryStatistics y = finite(points(curves).mapToDouble(Curve.Point::y));
        Scale vertical = Scale.linear(Math.min(0, y.getMin()), y.getMax(), BOTTOM, TOP);
        return of(id, labels, curves, vertical.rounded(), mark, table);
    }

    /** The same with a logarithmic vertical axis; values of zero are gaps. */
    static LineChart logarithmic(
            String id, Labels labels, List<Curve> curves, @Nullable Mark mark, @Nullable Table table) {
        DoubleSummaryStatistics y =
                finite(points(curves).mapToDouble(Curve.Point::y).filter(value -> value > 0));
        return of(id, labels, curves, Scale.decades(y.getMin(), y.getMax(), BOTTOM, TOP), mark, table);
    }

    private static LineChart of(
            String id, Labels labels, List<Curve> curves, Scale vertical, @Nullable Mark mark, @Nullable Table table) {
        DoubleSummaryStatistics x = finite(points(curves).mapToDouble(Curve.Point::x));
        Scale horizontal = Scale.linear(x.getMin(), x.getMax(), LEFT, RIGHT);
        Tick line = mark == null ? null : new Tick(Numbers.coordinate(horizontal.at(mark.x())), mark.label());
        return new LineChart(id, labels, curves, horizontal, vertical, line, table);
    }

    private static Stream<Curve.Point> points(List<Curve> curves) {
        return curves.stream().flatMap(curve -> curve.points().stream());
    }

    /** Where there is no value at all, an axis from 0 to 1 is drawn. */
    private static DoubleSummaryStatistics finite(DoubleStream values) {
        DoubleSummaryStatistics statistics = values.filter(Double::isFinite).summaryStatistics();
        if (statistics.getCount() == 0) {
            statistics.accept(0.1);
            statistics.accept(1);
        }
        return statistics;
    }

    /** {@return the lines that the legend names} */
    public List<Curve> legend() {
        return curves.stream().filter(curve -> !curve.label().isEmpty()).toList();
    }

    /** {@return lines and labels of the horizontal axis} */
    public List<Tick> horizontalTicks() {
        boolean whole = points(curves).allMatch(point -> point.x() == Math.rint(point.x()));
        // There is no half an epoch.
        return ticks(horizontal, whole);
    }

    /** {@return lines and labels of the vertical axis} */
    public List<Tick> verticalTicks() {
        return ticks(vertical, false);
    }

    private static List<Tick> ticks(Scale scale, boolean whole) {
        return scale.ticks().stream()
                .filter(value -> !whole || value == Math.rint(value))
                .map(value -> new Tick(Numbers.coordinate(scale.at(value)), Numbers.brief(value, scale.max())))
                .toList();
    }

    /** {@return its path, as an SVG path says it} */
    public String path(Curve curve) {
        StringBuilder path = new StringBuilder();
        boolean joined = false;
        for (Curve.Point point : curve.points()) {
            boolean shown = horizontal.shows(point.x()) && vertical.shows(point.y());
            if (shown) {
                path.append(joined ? 'L' : 'M')
                        .append(Numbers.coordinate(horizontal.at(point.x())))
                        .append(' ')
                        .append(Numbers.coordinate(vertical.at(point.y())));
            }
            joined = shown;
        }
        return path.toString();
    }

    /** {@return its points, none where there are so many that they would touch} */
    public List<Dot> dots(Curve curve) {
        if (curve.points().size() > MAX_MARKED) {
            return List.of();
        }
        return curve.points().stream()
                .filter(point -> horizontal.shows(point.x()) && vertical.shows(point.y()))
                .map(point -> new Dot(
                        Numbers.coordinate(horizontal.at(point.x())),
                        Numbers.coordinate(vertical.at(point.y())),
                        curve.label() + ": " + Numbers.brief(point.y()) + " at " + Numbers.brief(point.x())))
                .toList();
    }

    /** {@return what the chart shows, in words, for those who do not see it} */
    public String description() {
        String lines = legend().stream()
                .filter(curve -> !curve.points().isEmpty())
                .limit(MAX_DESCRIBED)
                .map(LineChart::described)
                .collect(Collectors.joining("; "));
        int more = legend().size() - MAX_DESCRIBED;
        return labels.vertical() + " over " + labels.horizontal() + ". " + lines
                + (more > 0 ? "; and " + more + " more" : "") + ".";
    }

    private static String described(Curve curve) {
        Curve.Point first = curve.points().getFirst();
        Curve.Point last = curve.points().getLast();
        DoubleSummaryStatistics y = finite(curve.points().stream().mapToDouble(Curve.Point::y));
        return curve.label() + " from " + Numbers.brief(first.y()) + " to " + Numbers.brief(last.y()) + ", between "
                + Numbers.brief(y.getMin()) + " and " + Numbers.brief(y.getMax());
    }
}
