package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.equipoise.experiment.reproduce.Observations.Entry;
import org.equipoise.experiment.reproduce.Observations.Layer;
import org.equipoise.experiment.reproduce.Observations.OfVariant;
import org.equipoise.experiment.reproduce.Observations.Step;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Series;
import org.equipoise.plot.Table;

/** Fig. 1 of the paper, counted: how often the indices of maximum pooling are not those that its inverse would need. */
final class PoolingIndices {
    private static final String TEXT = """
            Per cent of pooling windows, means over the steps of the phase:

            - *turnover*: the winner is another than one step before. What a layer answers goes back one step after its index was taken, so
              this is how often it would go elsewhere than it came from.
            - *against states*: the winner among the currents of the spikes, `argmax w ∗ q`, is not that among the currents of the
              activations, `argmax w ∗ s`. Without spikes q is s.
            - *misdirected*: of the spikes (without spikes: the activations) that P⁻¹ sends back, the part that goes to such a place.

            With decoded winners P takes those of `argmax w ∗ s` itself, so none is against the states. Average pooling has no indices. The
            first layer's spikes come from the image, which without spikes stands still.
            """;

    private PoolingIndices() {}

    static ReproducedResult of(Observations observed) {
        List<Entry> phases = new ArrayList<>();
        for (OfVariant of : observed.variants()) {
            List<Entry> free = pooled(of, false);
            List<Entry> nudged = pooled(of, true);
            for (int i = 0; i < free.size(); i++) {
                phases.add(free.get(i));
                phases.add(nudged.get(i));
            }
        }
        List<Plot> panels = List.of(
                plot("Turnover", observed, IndexMismatch::turnoverPercent),
                plot("Against states", observed, IndexMismatch::againstStatesPercent),
                plot("Misdirected", observed, IndexMismatch::misdirectedPercent));
        return new ReproducedResult(
                "fig1",
                "Fig. 1: indices of maximum pooling and of its inverse",
                observed.training(),
                TEXT,
                Observations.named(phases)
                        .column("phase", Entry::phase)
                        .column("turnover, %", mean(IndexMismatch::turnoverPercent))
                        .column("against states, %", mean(IndexMismatch::againstStatesPercent))
                        .column("misdirected, %", mean(IndexMismatch::misdirectedPercent))
                        .table(),
                observed.stepByStep(PoolingIndices::pooled)
                        .column(
                                "turnoverPercent",
                                entry -> mismatch(entry.layer()).turnoverPercent())
                        .column(
                                "againstStatesPercent",
                                entry -> mismatch(entry.layer()).againstStatesPercent())
                        .column(
                                "misdirectedPercent",
                                entry -> mismatch(entry.layer()).misdirectedPercent())
                        .table(),
                new Figure(panels, panels.size()));
    }

    private static Table.Cell<Entry> mean(ToDoubleFunction<IndexMismatch> share) {
        return entry -> entry.mean(layer -> share.applyAsDouble(mismatch(layer)));
    }

    /** All networks in one panel, so that they share an axis. */
    private static Plot plot(String title, Observations observed, ToDoubleFunction<IndexMismatch> share) {
        List<Series> series = new ArrayList<>();
        for (OfVariant of : observed.variants()) {
            int layers = of.layers(true, entry -> true).size();
            for (Entry entry : pooled(of, true)) {
                int colour = entry.layer().layer() - 1;
                series.add(Series.of(
                        entry.layer().name()
                                + switch (of.variant()) {
                                    case RATE_MAXIMUM -> ", without";
                                    case SPIKING_DECODED -> ", decoded";
                                    case SPIKING_MAXIMUM, SPIKING_AVERAGE -> ", spikes";
                                },
                        of.variant() == NetworkVariant.RATE_MAXIMUM ? Series.Style.DASHED_LINE : Series.Style.LINE,
                        Colour.of(of.variant() == NetworkVariant.SPIKING_DECODED ? layers + colour : colour),
                        of.steps(),
                        Step::step,
                        step -> share.applyAsDouble(mismatch(entry.in(step)))));
            }
        }
        int nudged = observed.variants().getFirst().configuration().phases().free() + 1;
        return new LinePlot(title, Axis.linear("step; nudged from step " + nudged), Axis.fromZero("%"), series);
    }

    private static List<Entry> pooled(OfVariant of, boolean nudged) {
        return of.layers(nudged, PoolingIndices::pooled);
    }

    private static boolean pooled(Entry entry) {
        return entry.layer().mismatch() != null;
    }

    private static IndexMismatch mismatch(Layer layer) {
        return Objects.requireNonNull(layer.mismatch());
    }
}
