package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.memory.MemorySize;
import org.equipoise.report.analysis.DataAnalysis;
import org.equipoise.report.analysis.LayerAsymmetry;
import org.equipoise.report.analysis.RunAnalysis;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.report.analysis.Trajectory;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.MemoryAccounts;
import org.jspecify.annotations.Nullable;

/** Turns what is known of a run into what the page shows of it. */
final class RunViews {
    private RunViews() {}

    /**
     * @param analysis what is known of the run
     * @param name what it is called on the page
     * @param number which run of the page, from 0
     * @return what the page shows of it
     */
    static RunView of(RunAnalysis analysis, String name, int number) {
        RunRecord run = analysis.run();
        DataAnalysis data = analysis.data();
        String suffix = "-" + number;
        return new RunView(
                name,
                Curve.colour(number),
                RunFacts.keyFigures(run),
                analysis.remark(),
                new ActivityCharts(run, suffix).charts(),
                confusion(run, data),
                data == null ? "" : worstTitle(data),
                data == null ? List.of() : WorstImage.of(data),
                FilterSheet.of(analysis.filters()),
                data == null ? null : settling(data, suffix),
                data == null ? List.of() : asymmetry(data),
                memory(run.memory()),
                RunFacts.provenance(run),
                ConfigurationWriter.toYaml(run.configuration()));
    }

    /** The last epoch's count of all test images is better than a new one of some. */
    private static @Nullable ConfusionMatrix confusion(RunRecord run, @Nullable DataAnalysis data) {
        List<String> names = data == null ? List.of() : data.classNames();
        if (!run.epochs().isEmpty() && !run.epochs().getLast().confusion().isEmpty()) {
            EpochMetrics last = run.epochs().getLast();
            return ConfusionMatrix.of(last.confusion(), names, "All test images after epoch " + last.epoch());
        }
        if (data == null) {
            return null;
        }
        return ConfusionMatrix.of(data.answers().confusion(), names, firstImages(data) + " and the last checkpoint");
    }

    private static String firstImages(DataAnalysis data) {
        return "The first " + Numbers.brief(data.answers().answers().size()) + " test images";
    }

    private static String worstTitle(DataAnalysis data) {
        return "The highest losses among the first "
                + Numbers.brief(data.answers().answers().size()) + " test images, of which the last checkpoint answers "
                + Numbers.brief((double) data.answers().errors()) + " wrongly.";
    }

    private static RunView.SettlingView settling(DataAnalysis data, String suffix) {
        Trajectory trajectory = data.trajectory();
        String label = data.classNames().get(trajectory.label());
        String title = "Test image " + trajectory.image() + ", class " + label + ": " + trajectory.freeSteps()
                + " steps without and " + trajectory.nudgeSteps() + " steps with a nudge of +β.";
        return new RunView.SettlingView(
                WorstImage.picture(data.test(), trajectory.image()),
                title,
                trajectory.spiking() ? Raster.of("raster" + suffix, trajectory) : null,
                new SettlingCharts(trajectory, data.classNames(), suffix).charts());
    }

    private static List<BarTable> asymmetry(DataAnalysis data) {
        String images = "the first " + data.asymmetry().images() + " training images";
        return List.of(
                asymmetry(
                        "Against the free state, on " + images, data.asymmetry().againstFree()),
                asymmetry(
                        "Against the free state as many steps later, on " + images,
                        data.asymmetry().againstLater()));
    }

    private static BarTable asymmetry(String caption, List<LayerAsymmetry> layers) {
        double most = layers.stream()
                .mapToDouble(LayerAsymmetry::normRatio)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        List<BarTable.Row> rows = new ArrayList<>();
        for (LayerAsymmetry layer : layers) {
            String style = layer.cosine() < 0 ? "c3" : "c0";
            rows.add(new BarTable.Row(
                    layer.layer(),
                    List.of(
                            BarTable.Bar.of(Numbers.fixed(layer.cosine(), 3), Math.abs(layer.cosine()), style),
                            BarTable.Bar.of(
                                    Numbers.fixed(layer.normRatio(), 2),
                                    layer.normRatio() / Math.max(1, most),
                                    "c1"))));
        }
        return new BarTable(caption, List.of("layer", "cosine", "norm ratio"), rows);
    }

    private static @Nullable BarTable memory(MemoryAccounts memory) {
        if (memory.predicted().isEmpty() && memory.measured().isEmpty()) {
            return null;
        }
        Set<String> accounts = new LinkedHashSet<>(memory.predicted().keySet());
        accounts.addAll(memory.measured().keySet());
        long most = Math.max(largest(memory.predicted()), largest(memory.measured()));
        List<BarTable.Row> rows = new ArrayList<>();
        for (String account : accounts) {
            rows.add(new BarTable.Row(
                    account,
                    List.of(
                            bar(memory.predicted().getOrDefault(account, 0L), most, "c5"),
                            bar(memory.measured().getOrDefault(account, 0L), most, "c0"))));
        }
        rows.add(new BarTable.Row(
                "together",
                List.of(
                        BarTable.Bar.none(MemorySize.format(memory.predictedBytes())),
                        BarTable.Bar.none(MemorySize.format(memory.measuredBytes())))));
        return new BarTable("Off-heap memory by account", List.of("account", "predicted", "measured peak"), rows);
    }

    private static long largest(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).max().orElse(1);
    }

    private static BarTable.Bar bar(long bytes, long most, String style) {
        return BarTable.Bar.of(MemorySize.format(bytes), (double) bytes / Math.max(1, most), style);
    }
}
