package org.equipoise.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Turns plots into charts that all look alike: white, thin grid lines, few ticks, the legend below. */
final class HouseStyle {
    private static final Color INK = new Color(0x333333);
    private static final Color GRID = new Color(0xDDDDDD);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final BasicStroke LINE = new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHES =
            new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {6f, 4f}, 0f);
    private static final BasicStroke HAIRLINE = new BasicStroke(0.8f);
    private static final int MARKER_SIZE = 7;
    private static final int PADDING = 12;
    private static final int TICK_DISTANCE = 60;
    private static final int STEEP = 90;
    /** Pixels of the line beside a name of a legend, with what is left free, and from one line of the legend to the next. */
    private static final int LEGEND_SAMPLE = 40;

    private static final int LEGEND_LINE = 22;
    private static final double LEGEND_SHARE = 0.44;
    private static final double TINY = 1e-6;
    private static final double TEN = 10;
    private static final double LARGE = 1e6;
    private static final double SMALL = 1e-3;

    private HouseStyle() {}

    static Chart<?, ?> chart(Plot plot, int width, int height) {
        return switch (plot) {
            case LinePlot lines -> lines(lines, width, height);
            case BarPlot bars -> bars(bars, width, height);
        };
    }

    private static XYChart lines(LinePlot plot, int width, int height) {
        XYChart chart = new XYChart(width, height);
        common(chart, plot, plot.horizontal().label());
        chart.getStyler().setXAxisLogarithmic(plot.horizontal().isLogarithmic());
        if (plot.horizontal().beginsAtZero()) {
            chart.getStyler().setXAxisMin(0.0);
        }
        chart.getStyler().setXAxisLogarithmicDecadeOnly(false);
        chart.setCustomXAxisTickLabelsFormatter(
                plot.horizontal().isLogarithmic() ? HouseStyle::ofADecade : HouseStyle::number);
        if (legendHeight(plot, width) > 0) {
            chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        }
        Set<String> labels = new HashSet<>();
        for (Series series : plot.series()) {
            double[] x = series.points().stream().mapToDouble(Point::x).toArray();
            double[] y = series.points().stream().mapToDouble(Point::y).toArray();
            double[] errors = series.hasErrorBars()
                    ? series.points().stream().mapToDouble(Point::error).toArray()
                    : null;
            boolean named = !labels.add(series.label());
            // XChart tells series apart by name; one that is not shown may have any.
            String name = named ? series.label() + ", " + series.style() : series.label();
            XYSeries drawn = chart.addSeries(name, x, y, errors);
            drawn.setShowInLegend(!named);
            drawn.setLabel(inLines(series.label(), width));
            Color colour = new Color(series.colour().rgb());
            drawn.setXYSeriesRenderStyle(
                    series.style().hasLine()
                            ? XYSeries.XYSeriesRenderStyle.Line
                            : XYSeries.XYSeriesRenderStyle.Scatter);
            drawn.setLineStyle(series.style() == Series.Style.DASHED_LINE ? DASHES : LINE);
            drawn.setLineColor(colour);
            drawn.setMarker(series.style().hasMarkers() ? marker(series.colour()) : SeriesMarkers.NONE);
            drawn.setMarkerColor(colour);
        }
        return chart;
    }

    /** Marks differ from one colour to the next, for those who print in black. */
    private static Marker marker(Colour colour) {
        return switch (colour) {
            case BLUE, PURPLE -> SeriesMarkers.CIRCLE;
            case ORANGE, SKY -> SeriesMarkers.SQUARE;
            case GREEN, YELLOW -> SeriesMarkers.DIAMOND;
            case VERMILION, BLACK -> SeriesMarkers.TRIANGLE_UP;
        };
    }

    /** {@return how much higher a panel is for a legend whose names do not fit beside each other; 0 where they do} */
    static int legendHeight(Plot plot, int width) {
        List<String> labels = plot instanceof LinePlot lines
                ? lines.series().stream().map(Series::label).distinct().toList()
                : List.of();
        double together = labels.stream()
                .mapToDouble(label -> LEGEND_SAMPLE + length(label))
                .sum();
        long lines =
                labels.stream().flatMap(label -> inLines(label, width).lines()).count();
        return together > width ? (int) (LEGEND_LINE * (lines - 1)) : 0;
    }

    /** XChart cuts a line of a legend off where it takes 45 % of the width of the chart. */
    private static String inLines(String label, int width) {
        int end = label.length();
        while (end > 0 && length(label.substring(0, end)) > LEGEND_SHARE * width) {
            end = label.lastIndexOf(' ', end - 1);
        }
        return end < 1 || end == label.length()
                ? label
                : label.substring(0, end) + "\n" + inLines(label.substring(end + 1), width);
    }

    private static double length(String label) {
        return LABEL.getStringBounds(label, new FontRenderContext(null, true, true))
                .getWidth();
    }

    private static CategoryChart bars(BarPlot plot, int width, int height) {
        CategoryChart chart = new CategoryChart(width, height);
        common(chart, plot, plot.horizontal());
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setErrorBarsColorSeriesColor(false);
        chart.getStyler().setErrorBarsColor(INK);
        if (plot.marked()) {
            chart.getStyler().setErrorBarsColorSeriesColor(true);
            chart.getStyler().setPlotGridVerticalLinesVisible(true);
            chart.getStyler().setOverlapped(true);
            chart.getStyler().setXAxisLabelRotation(STEEP);
            chart.getStyler().setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
            chart.getStyler().setXAxisTickMarkSpacingHint(1);
            chart.getStyler().setXAxisMaxLabelCount(plot.categories().size());
            wholeTicks(plot, chart.getStyler());
        }
        for (Bars bars : plot.bars()) {
            CategorySeries drawn = chart.addSeries(
                    bars.label(),
                    plot.categories(),
                    bars.heights(),
                    bars.errors().isEmpty() ? null : bars.errors());
            Color colour = new Color(bars.colour().rgb());
            drawn.setFillColor(colour);
            if (plot.marked()) {
                drawn.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
                drawn.setMarker(marker(bars.colour()));
                drawn.setMarkerColor(colour);
                drawn.setLineColor(colour);
            }
        }
        return chart;
    }

    private static void common(AxesChart<?, ?> chart, Plot plot, String horizontal) {
        chart.setTitle(plot.title());
        chart.setXAxisTitle(horizontal);
        chart.setYAxisTitle(plot.vertical().label());
        chart.setCustomYAxisTickLabelsFormatter(HouseStyle::number);
        AxesChartStyler style = chart.getStyler();
        if (plot.vertical().isLogarithmic()) {
            style.setYAxisLogarithmic(true);
            wholeDecades(plot, style);
        }
        if (plot.vertical().beginsAtZero()) {
            style.setYAxisMin(0.0);
        }
        style.setLocale(Locale.ROOT);
        style.setAntiAlias(true);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setChartFontColor(INK);
        style.setChartTitleFont(TITLE);
        style.setChartTitleBoxVisible(false);
        style.setChartPadding(PADDING);
        style.setAxisTitleFont(LABEL);
        style.setAxisTickLabelsFont(TICK);
        style.setAxisTickLabelsColor(INK);
        style.setAxisTickMarksColor(INK);
        style.setXAxisTickMarkSpacingHint(TICK_DISTANCE);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridLinesStroke(HAIRLINE);
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendFont(LABEL);
        style.setMarkerSize(MARKER_SIZE);
        style.setErrorBarsColorSeriesColor(true);
    }

    /** Ends a logarithmic axis at powers of ten, so that it has a tick at both ends however near its values are. */
    private static void wholeDecades(Plot plot, AxesChartStyler style) {
        DoubleSummaryStatistics values = plot.values().summaryStatistics();
        double lowest = Math.floor(Math.log10(values.getMin()));
        double highest = Math.max(lowest + 1, Math.ceil(Math.log10(values.getMax())));
        style.setYAxisMin(Math.pow(TEN, lowest));
        style.setYAxisMax(Math.pow(TEN, highest));
    }

    /** Begins and ends a linear axis a little beyond its values, so that marks do not touch its ends. */
    private static void wholeTicks(Plot plot, AxesChartStyler style) {
        DoubleSummaryStatistics values = plot.values().summaryStatistics();
        double room = Math.max(1, values.getMax() - values.getMin()) / TEN;
        style.setYAxisMin(values.getMin() - room);
        style.setYAxisMax(values.getMax() + room);
    }

    /** Of a decade 1, 2 and 5 have a label; the other ticks are too near to each other. */
    private static String ofADecade(double value) {
        double first = value / Math.pow(TEN, Math.floor(Math.log10(value) + TINY));
        return Math.abs(first - 1) < TINY || Math.abs(first - 2) < TINY || Math.abs(first - 5) < TINY
                ? number(value)
                : "";
    }

    /** {@return a tick's value in a few characters, alike in every locale} */
    static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size >= LARGE || size < SMALL)) {
            return String.format(Locale.ROOT, "%.1e", value)
                    .replace(".0e", "e")
                    .replaceFirst("e([-+])0?", "e$1")
                    .replace("e+", "e");
        }
        String text = String.format(Locale.ROOT, "%,.4f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
