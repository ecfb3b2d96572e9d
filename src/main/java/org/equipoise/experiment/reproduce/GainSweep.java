package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.config.Configuration;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Pooling;
import org.equipoise.config.Upsampling;
import org.equipoise.error.BadInputException;
import org.equipoise.experiment.gradcheck.GradientCheck;
import org.equipoise.experiment.gradcheck.LayerAgreement;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * What the gain α of the inverse of average pooling does: trains a network with several gains, and holds the gradient that Equilibrium
 * Propagation finds against that of back-propagation through the same dynamics without spikes, with the parameters each has come to and
 * with those of the exact adjoint.
 *
 * @param task a spiking network that pools
 * @param images how many training images the gradients are of
 */
record GainSweep(TrainingTask task, int images) {
    private static final List<Upsampling> GAINS = List.of(
            new Upsampling.Exact(), new Upsampling.Gain(0.5f), new Upsampling.Gain(1f), new Upsampling.Gain(2f));
    private static final String TEXT = """
            α is the gain of P⁻¹; `exact` is 1/F², the adjoint of the mean over F × F. The cosine is that between the whole gradient that the
            spiking nudge phases give for a layer's weights and the gradient of back-propagation through the dynamics of the same α
            without spikes, of the same images: *own* with the parameters that training with this α has come to, *common* with those
            that training with the exact adjoint has come to. *Ratio* is that of their lengths, with own parameters.
            """;

    /** Refuses networks without spikes or pooling. */
    GainSweep {
        Configuration spiking = task.configuration();
        if (!(spiking.neuron() instanceof NeuronSettings.SigmaDelta)
                || spiking.network().firstWindow() == 1) {
            throw new BadInputException(
                    "α is the gain of upsampling in a spiking network that pools; neuron.kind sigma-delta and a layer with pool:"
                            + " avg2, or the like, were expected.");
        }
    }

    private record GainResult(
            Upsampling gain, EpochMetrics metrics, List<LayerAgreement> own, List<LayerAgreement> common) {}

    /** A row of the tables: one layer. */
    private record Row(GainResult result, int layer) {
        private LayerAgreement own() {
            return result.own().get(layer);
        }

        private LayerAgreement common() {
            return result.common().get(layer);
        }

        private @Nullable Double inFirst(double value) {
            return layer == 0 ? Double.valueOf(value) : null;
        }
    }

    /** {@return the table and figure, nothing if training was stopped} */
    Optional<ReproducedResult> run() {
        List<TrainedNetwork> trained = new ArrayList<>();
        for (Upsampling gain : GAINS) {
            Optional<TrainedNetwork> one = task.train("-alpha-" + gain, with(gain));
            if (one.isEmpty()) {
                return Optional.empty();
            }
            trained.add(one.get());
        }
        List<GainResult> result = new ArrayList<>();
        for (int i = 0; i < GAINS.size(); i++) {
            TrainedNetwork one = trained.get(i);
            task.environment().progress().accept("Gradients with α " + GAINS.get(i) + ".");
            List<LayerAgreement> own = agreement(one, one.model());
            result.add(new GainResult(
                    GAINS.get(i),
                    Objects.requireNonNull(one.result().lastEpoch()),
                    own,
                    i == 0 ? own : agreement(one, trained.getFirst().model())));
        }
        return Optional.of(result(trained.getFirst(), result));
    }

    private Configuration with(Upsampling gain) {
        Configuration spiking = task.configuration();
        NetworkSettings changed =
                spiking.network().pooledBy(Pooling.Average::new).upsampledBy(gain);
        return new Configuration(changed, spiking.neuron(), spiking.phases(), spiking.learning(), spiking.training());
    }

    private List<LayerAgreement> agreement(TrainedNetwork trained, ModelFile model) {
        GradientCheck.Task check =
                new GradientCheck.Task(trained.configuration(), trained.dataset(), model, images, 0.005f, 0.001);
        return new GradientCheck(check, task.environment().machines().get()).compareWhole();
    }

    private double alpha(Upsampling upsampling) {
        int window = task.configuration().network().firstWindow();
        return upsampling instanceof Upsampling.Gain gain ? gain.alpha() : 1.0 / (window * window);
    }

    private ReproducedResult result(TrainedNetwork first, List<GainResult> all) {
        List<Row> rows = new ArrayList<>();
        for (GainResult result : all) {
            for (int l = 0; l < result.own().size(); l++) {
                rows.add(new Row(result, l));
            }
        }
        return new ReproducedResult(
                "alpha",
                "What the gain α of upsampling does",
                "The network is '" + task.label() + "', trained with each α from the same initial parameters: "
                        + first.extent()
                        + ", " + Table.format("%,d", first.updates()) + " updates. Gradients are of the first "
                        + images + " training images.",
                TEXT,
                new Columns<Row>(rows)
                        .column("α", row -> row.result().gain().toString())
                        .column(
                                "test error, %",
                                row -> row.inFirst(row.result().metrics().testErrorPercent()))
                        .column(
                                "training error, %",
                                row -> row.inFirst(row.result().metrics().trainErrorPercent()))
                        .column("layer", row -> row.own().name())
                        .column("cosine, own", row -> row.own().cosine())
                        .column("ratio", row -> row.own().normRatio())
                        .column("cosine, common", row -> row.common().cosine())
                        .table(),
                new Columns<Row>(rows)
                        .column("upsampling", row -> row.result().gain().toString())
                        .column("alpha", row -> alpha(row.result().gain()))
                        .column(
                                "testErrorPercent",
                                row -> row.result().metrics().testErrorPercent())
                        .column(
                                "trainErrorPercent",
                                row -> row.result().metrics().trainErrorPercent())
                        .column("layer", row -> row.layer() + 1)
                        .column("name", row -> row.own().name())
                        .column("cosine", row -> row.own().cosine())
                        .column("normRatio", row -> row.own().normRatio())
                        .column("signErrorPercent", row -> row.own().signErrorPercent())
                        .column("commonCosine", row -> row.common().cosine())
                        .column("commonNormRatio", row -> row.common().normRatio())
                        .column("commonSignErrorPercent", row -> row.common().signErrorPercent())
                        .table(),
                figure(all));
    }

    private static Figure figure(List<GainResult> all) {
        List<String> gains = all.stream().map(result -> "α " + result.gain()).toList();
        List<Bars> errors = List.of(
                Bars.of("test", Colour.of(0), all, result -> result.metrics().testErrorPercent()),
                Bars.of(
                        "training",
                        Colour.of(1),
                        all,
                        result -> result.metrics().trainErrorPercent()));
        List<Plot> panels = List.of(
                new BarPlot("Error after the same updates", "", gains, Axis.fromZero("%"), errors),
                cosines("Alignment of gradients, own parameters", gains, all, GainResult::own),
                cosines("Alignment of gradients, common parameters", gains, all, GainResult::common));
        return new Figure(panels, panels.size());
    }

    private static Plot cosines(
            String title, List<String> gains, List<GainResult> all, Function<GainResult, List<LayerAgreement>> layers) {
        List<Bars> bars = new ArrayList<>();
        for (LayerAgreement first : layers.apply(all.getFirst())) {
            int layer = bars.size();
            bars.add(Bars.of(
                    (layer + 1) + ", " + first.name(),
                    Colour.of(layer),
                    all,
                    result -> layers.apply(result).get(layer).cosine()));
        }
        return new BarPlot(title, "", gains, Axis.linear("cosine"), bars);
    }
}
