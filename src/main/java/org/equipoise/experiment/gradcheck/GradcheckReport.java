package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.equipoise.experiment.gradcheck.GradcheckResult.PoolingAgreement;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;

/** A result as tables and figures. */
public final class GradcheckReport {
    private static final String STEPS = "step t";
    private static final int PANELS_OF_LAYER = 2;

    private GradcheckReport() {}

    /** One line of a table: the agreement of the weights or biases of a layer. */
    private record Row(String neurons, String pooling, LayerAgreement layer, String parameters, Agreement agreement) {
        private static List<Row> of(String neurons, String pooling, List<LayerAgreement> layers) {
            List<Row> rows = new ArrayList<>();
            for (LayerAgreement layer : layers) {
                rows.add(new Row(neurons, pooling, layer, "weights", layer.weights()));
                rows.add(new Row(neurons, pooling, layer, "biases", layer.bias()));
            }
            return rows;
        }

        private static List<Row> ofRate(GradcheckResult result) {
            return of("rate", "", result.layers());
        }

        private static List<Row> ofSpiking(GradcheckResult result) {
            List<Row> rows = new ArrayList<>();
            for (PoolingAgreement pooling : result.spiking()) {
                rows.addAll(of("spiking", pooling.pooling(), pooling.layers()));
            }
            return rows;
        }

        private String numberedLayer() {
            return layer.layer() + ", " + layer.name();
        }
    }

    /**
     * {@return one line for the weights and one for the biases of each layer, after a line of names; the pooling of the rate network is
     * the one that was asked for, and its field empty}
     */
    public static String csv(GradcheckResult result) {
        List<Row> rows = new ArrayList<>(Row.ofRate(result));
        rows.addAll(Row.ofSpiking(result));
        return new Columns<Row>(rows)
                .column("neurons", Row::neurons)
                .column("pooling", Row::pooling)
                .column("layer", row -> row.layer().layer())
                .column("name", row -> row.layer().name())
                .column("parameters", Row::parameters)
                .column("cosine", row -> row.agreement().cosine())
                .column("normRatio", row -> row.agreement().normRatio())
                .column("relativeRmse", row -> row.agreement().relativeRmse())
                .column("signErrorPercent", row -> row.agreement().signErrorPercent())
                .table()
                .csv();
    }

    /** {@return the page with tables and figures in Markdown, made again by a command} */
    public static String page(GradcheckResult result, String label, String command) {
        boolean spiking = !result.spiking().isEmpty();
        String verdict =
                result.failure().orElse("All layers of the rate network agree within " + result.tolerance() + ".");
        return "# Gradients of Equilibrium Propagation and of back-propagation through time: " + label + "\n\n"
                + "Remade by `" + command + "`.\n\n"
                + "The mean gradient of " + count(result.images(), "image")
                + " of '" + result.provenance().getOrDefault("data", "") + "' after "
                + count(result.free(), "free step") + " and " + count(result.nudge(), "nudge step")
                + "; β is " + result.beta() + " in the rate network"
                + (spiking ? " and " + result.spikingBeta() + " in the spiking one" : "") + ". "
                + verdict + "\n\n"
                + markdown(result)
                + "\n![Gradients step by step](gradcheck.png)\n"
                + (spiking ? "\n![Spiking networks](gradcheck-spiking.png)\n" : "");
    }

    private static String count(int number, String thing) {
        return Table.format("%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    /** {@return tables in Markdown, that of the rate network first} */
    public static String markdown(GradcheckResult result) {
        String rate = new Columns<Row>(Row.ofRate(result))
                .column("layer", Row::numberedLayer)
                .column("parameters", Row::parameters)
                .column("cosine", "%.6f", row -> row.agreement().cosine())
                .column("ratio of lengths", "%.4f", row -> row.agreement().normRatio())
                .column("relative RMSE", "%.4f", row -> row.agreement().relativeRmse())
                .column("sign errors", "%.2f %%", row -> row.agreement().signErrorPercent())
                .table()
                .markdown();
        String spiking = new Columns<Row>(Row.ofSpiking(result))
                .column("pooling", Row::pooling)
                .column("layer", Row::numberedLayer)
                .column("parameters", Row::parameters)
                .column("cosine", "%.4f", row -> row.agreement().cosine())
                .column("ratio of lengths", "%.3f", row -> row.agreement().normRatio())
                .column("sign errors", "%.1f %%", row -> row.agreement().signErrorPercent())
                .table()
                .markdown();
        return "Rate network, Equilibrium Propagation against back-propagation, step by step:\n\n" + rate
                + (result.spiking().isEmpty()
                        ? ""
                        : "\nSpiking network, Equilibrium Propagation against back-propagation in its rate network:\n\n"
                                + spiking);
    }

    /** {@return for each layer the curves of some weights, and the means over all of them} */
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
            LayerCurves.Curve curve = layer.samples().get(i);
            String label = "weight " + curve.coordinate();
            series.add(new Series(label, Series.Style.LINE, Colour.of(i), points(curve.bptt(), value -> true)));
            series.add(new Series(label, Series.Style.MARKERS, Colour.of(i), points(curve.ep(), value -> true)));
        }
        return new LinePlot(title, Axis.linear(STEPS), Axis.linear("lines BPTT, marks EP"), series);
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
     * @return for each layer a bar for each kind of pooling: cosine and sign errors of its weights
     */
    public static Figure pooling(GradcheckResult result, String network) {
        List<String> categories =
                result.layers().stream().map(LayerAgreement::name).toList();
        List<Bars> cosines = new ArrayList<>();
        List<Bars> signs = new ArrayList<>();
        for (PoolingAgreement pooling : result.spiking()) {
            Colour colour = Colour.of(cosines.size());
            cosines.add(Bars.of(pooling.pooling(), colour, pooling.layers(), LayerAgreement::cosine));
            signs.add(Bars.of(pooling.pooling(), colour, pooling.layers(), LayerAgreement::signErrorPercent));
        }
        String title = network + ", spiking EP against BPTT of its rate network";
        return new Figure(
                List.of(
                        new BarPlot(title, "layer", categories, Axis.linear("cosine"), cosines),
                        new BarPlot(title, "layer", categories, Axis.fromZero("sign errors, %"), signs)),
                PANELS_OF_LAYER);
    }
}
