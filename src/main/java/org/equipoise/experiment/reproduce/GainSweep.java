package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * What the gain α of the inverse of average pooling does: trains a network with several gains, and holds the gradient that Equilibrium
 * Propagation finds against that of back-propagation through the same dynamics without spikes, with the parameters each has come to and
 * with those of the exact adjoint.
 *
 * @param place where to work
 * @param label what the network is called
 * @param spiking a spiking network that pools
 * @param extent how far to train, and on what
 * @param images how many training images the gradients are of
 */
public record GainSweep(Workplace place, String label, Configuration spiking, Extent extent, int images) {
    private static final List<Upsampling> GAINS = List.of(
            new Upsampling.Exact(), new Upsampling.Gain(0.5f), new Upsampling.Gain(1f), new Upsampling.Gain(2f));
    private static final String TEXT = """
            α is the gain of P⁻¹; `exact` is 1/F², the adjoint of the mean over F × F. The cosine is that between the whole gradient that the
            spiking nudge phases give for a layer's weights and the gradient of back-propagation through the dynamics of the same α
            without spikes, of the same images: *own* with the parameters that training with this α has come to, *common* with those
            that training with the exact adjoint has come to. *Ratio* is that of their lengths, with own parameters.
            """;

    /** Refuses networks without spikes or pooling. */
    public GainSweep {
        if (!(spiking.neuron() instanceof NeuronSettings.SigmaDelta)
                || spiking.network().firstWindow() == 1) {
            throw new BadInputException(
                    "α is the gain of upsampling in a spiking network that pools; neuron.kind sigma-delta and a layer with pool:"
                            + " avg2, or the like, were expected.");
        }
    }

    private record Gained(
            Upsampling gain, EpochMetrics metrics, List<LayerAgreement> own, List<LayerAgreement> common) {}

    /** {@return the table and figure, nothing if training was stopped} */
    public Optional<Reproduced> run() {
        List<Trained> trained = new ArrayList<>();
        for (Upsampling gain : GAINS) {
            Trained one = place.train(label + "-alpha-" + gain, with(gain), extent);
            if (!one.result().complete()) {
                return Optional.empty();
            }
            trained.add(one);
        }
        List<Gained> gained = new ArrayList<>();
        for (int i = 0; i < GAINS.size(); i++) {
            Trained one = trained.get(i);
            place.progress().accept("Gradients with α " + GAINS.get(i) + ".");
            List<LayerAgreement> own = agreement(one, one.model());
            gained.add(new Gained(
                    GAINS.get(i),
                    Objects.requireNonNull(one.result().lastEpoch()),
                    own,
                    i == 0 ? own : agreement(one, trained.getFirst().model())));
        }
        return Optional.of(result(trained.getFirst(), gained));
    }

    private Configuration with(Upsampling gain) {
        NetworkSettings changed =
                spiking.network().pooledBy(Pooling.Average::new).upsampledBy(gain);
        return new Configuration(changed, spiking.neuron(), spiking.phases(), spiking.learning(), spiking.training());
    }

    private List<LayerAgreement> agreement(Trained trained, ModelFile model) {
        GradientCheck.Task task =
                new GradientCheck.Task(trained.configuration(), trained.dataset(), model, images, 0.005f, 0.001);
        return new GradientCheck(task, place.machines().get()).compareWhole();
    }

    private Reproduced result(Trained first, List<Gained> all) {
        List<List<@Nullable Object>> values = new ArrayList<>();
        List<List<@Nullable Object>> lines = new ArrayList<>();
        for (Gained gained : all) {
            double alpha = gained.gain() instanceof Upsampling.Gain gain
                    ? gain.alpha()
                    : 1.0 / (spiking.network().firstWindow() * spiking.network().firstWindow());
            for (int l = 0; l < gained.own().size(); l++) {
                LayerAgreement own = gained.own().get(l);
                LayerAgreement common = gained.common().get(l);
                values.add(Arrays.<@Nullable Object>asList(
                        gained.gain().toString(),
                        alpha,
                        gained.metrics().testErrorPercent(),
                        gained.metrics().trainErrorPercent(),
                        l + 1,
                        own.name(),
                        own.cosine(),
                        own.normRatio(),
                        own.signErrorPercent(),
                        common.cosine(),
                        common.normRatio(),
                        common.signErrorPercent()));
                lines.add(Arrays.<@Nullable Object>asList(
                        gained.gain().toString(),
                        l == 0 ? gained.metrics().testErrorPercent() : null,
                        l == 0 ? gained.metrics().trainErrorPercent() : null,
                        own.name(),
                        own.cosine(),
                        own.normRatio(),
                        common.cosine()));
            }
        }
        return new Reproduced(
                "alpha",
                "What the gain α of upsampling does",
                "The network is '" + label + "', trained with each α from the same initial parameters: "
                        + first.extent()
                        + ", " + Trained.format("%,d", first.updates()) + " updates. Gradients are of the first "
                        + images + " training images.",
                TEXT,
                new Table(
                        List.of(
                                "α",
                                "test error, %",
                                "training error, %",
                                "layer",
                                "cosine, own",
                                "ratio",
                                "cosine, common"),
                        lines),
                new Table(
                        List.of(
                                "upsampling",
                                "alpha",
                                "testErrorPercent",
                                "trainErrorPercent",
                                "layer",
                                "name",
                                "cosine",
                                "normRatio",
                                "signErrorPercent",
                                "commonCosine",
                                "commonNormRatio",
                                "commonSignErrorPercent"),
                        values),
                figure(all));
    }

    private static Figure figure(List<Gained> all) {
        List<String> gains = all.stream().map(gained -> "α " + gained.gain()).toList();
        List<Plot> panels = new ArrayList<>();
        List<Bars> errors = List.of(
                Bars.of(
                        "test",
                        Colour.of(0),
                        all.stream()
                                .map(gained -> gained.metrics().testErrorPercent())
                                .toList()),
                Bars.of(
                        "training",
                        Colour.of(1),
                        all.stream()
                                .map(gained -> gained.metrics().trainErrorPercent())
                                .toList()));
        panels.add(new BarPlot("Error after the same updates", "", gains, Axis.fromZero("%"), errors));
        panels.add(cosines(
                "Alignment of gradients, own parameters",
                gains,
                all.stream().map(Gained::own).toList()));
        panels.add(cosines(
                "Alignment of gradients, common parameters",
                gains,
                all.stream().map(Gained::common).toList()));
        return new Figure(panels, panels.size());
    }

    private static Plot cosines(String title, List<String> gains, List<List<LayerAgreement>> all) {
        List<Bars> bars = new ArrayList<>();
        for (int l = 0; l < all.getFirst().size(); l++) {
            int layer = l;
            bars.add(Bars.of(
                    (l + 1) + ", " + all.getFirst().get(l).name(),
                    Colour.of(l),
                    all.stream().map(layers -> layers.get(layer).cosine()).toList()));
        }
        return new BarPlot(title, "", gains, Axis.linear("cosine"), bars);
    }
}
