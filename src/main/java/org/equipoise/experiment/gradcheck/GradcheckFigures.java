package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;

/** A result as figures. */
public final class GradcheckFigures {
    private static final String STEPS = "step t";
    private static final int PANELS_OF_LAYER = 2;

    private GradcheckFigures() {}

    /**
     * @param result what was found
     * @param network what was checked
     * @return for each layer the curves of some weights, and the means over all of them
     */
    public static Figure curves(GradcheckResult result, String network) {
        List<Plot> panels = new ArrayList<>();
        for (LayerCurves layer : result.curves()) {
            String title = network + ", layer " + layer.layer() + ": " + layer.name();
            panels.add(samples(layer, title));
            panels.add(means(layer, title));
        }
        return new Figure(panels, PANELS_OF_LAYER);
    }

    private static Plot samples(LayerCurves layer, String title) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < layer.samples().size(); i++) {
            Curve curve = layer.samples().get(i);
            Colour colour = Colour.of(i);
            String label = "weight " + curve.coordinate();
            series.add(line(label, Series.Style.LINE, colour, curve.bptt()));
            series.add(line(label, Series.Style.MARKERS, colour, curve.ep()));
        }
        return new LinePlot(title, Axis.linear(STEPS), Axis.linear("lines BPTT, marks EP"), series);
    }

    private static Series line(String label, Series.Style style, Colour colour, List<Double> values) {
        return new Series(label, style, colour, points(values, value -> true));
    }

    private static List<Point> points(List<Double> values, DoublePredicate shown) {
        return IntStream.range(0, values.size())
                .filter(t -> shown.test(values.get(t)))
                .mapToObj(t -> Point.of(t, values.get(t)))
                .toList();
    }

    /** On a logarithmic axis, which has no place for steps in which nothing has arrived. */
    private static Plot means(LayerCurves layer, String title) {
        List<Point> bptt = points(layer.bpttMean(), value -> value > 0);
        List<Point> ep = points(layer.epMean(), value -> value > 0);
        Axis vertical = Axis.logarithmic("mean magnitude over all weights");
        if (bptt.isEmpty() || ep.isEmpty()) {
            bptt = points(layer.bpttMean(), value -> true);
            ep = points(layer.epMean(), value -> true);
            vertical = Axis.fromZero(vertical.label());
        }
        return new LinePlot(
                title,
                Axis.linear(STEPS),
                vertical,
                List.of(
                        new Series("BPTT", Series.Style.LINE, Colour.of(0), bptt),
                        new Series("EP", Series.Style.MARKERS, Colour.of(1), ep)));
    }

    /**
     * @param result what was found, of a spiking network
     * @param network what was checked
     * @return for each layer a bar for each kind of pooling: cosine and sign errors of its weights
     */
    public static Figure pooling(GradcheckResult result, String network) {
        List<String> categories =
                result.layers().stream().map(LayerAgreement::name).toList();
        List<Bars> cosines = new ArrayList<>();
        List<Bars> signs = new ArrayList<>();
        for (PoolingAgreement pooling : result.spiking()) {
            Colour colour = Colour.of(cosines.size());
            List<LayerAgreement> layers = pooling.layers();
            cosines.add(Bars.of(
                    pooling.pooling(),
                    colour,
                    layers.stream().map(LayerAgreement::cosine).toList()));
            signs.add(Bars.of(
                    pooling.pooling(),
                    colour,
                    layers.stream().map(LayerAgreement::signErrorPercent).toList()));
        }
        String title = network + ", spiking EP against BPTT of its rate network";
        return new Figure(
                List.of(
                        new BarPlot(title, "layer", categories, Axis.linear("cosine"), cosines),
                        new BarPlot(title, "layer", categories, Axis.fromZero("sign errors, %"), signs)),
                PANELS_OF_LAYER);
    }
}
