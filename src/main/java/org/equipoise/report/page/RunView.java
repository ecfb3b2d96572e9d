package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.data.ImageSet;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Topology;
import org.equipoise.report.analysis.Asymmetry;
import org.equipoise.report.analysis.DataAnalysis;
import org.equipoise.report.analysis.Predictions;
import org.equipoise.report.analysis.RunAnalysis;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.report.analysis.Trajectory;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.MemoryAccounts;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of one run.
 *
 * @param remark why nothing was computed from its images, empty where it was
 * @param activity firing rates and saturation over the epochs
 * @param confusion how many images of each class were given each class, or null
 * @param settling how it settles on one image, or null
 * @param asymmetry how the gradients of the two nudges differ; empty where that is not known
 */
public record RunView(
        String name,
        String style,
        List<Fact> keyFigures,
        String remark,
        List<LineChart> activity,
        @Nullable ConfusionMatrix confusion,
        String worstTitle,
        List<WorstImage> worst,
        FilterSheet filters,
        @Nullable SettlingView settling,
        List<BarTable> asymmetry,
        @Nullable BarTable memory,
        List<Fact> provenance,
        String settings) {
    private static final String UNKNOWN = "not recorded";
    private static final int MOST_IMAGES = 16;
    private static final int OPAQUE = 0xFF000000;
    private static final int RGB = 3;

    /** Something known of a run. */
    public record Fact(String name, String value) {}

    /**
     * An image with a high loss.
     *
     * @param picture the image
     * @param label its true class
     * @param answer the class it was given
     * @param wrong whether they differ
     * @param alternative the same for those who do not see it
     */
    public record WorstImage(
            Picture picture, String label, String answer, boolean wrong, String loss, String alternative) {}

    /**
     * How a network settles on one image.
     *
     * @param picture the image
     * @param title what it is
     * @param raster its spikes, null without spikes
     */
    public record SettlingView(
            Picture picture, String title, @Nullable Raster raster, List<LineChart> charts) {}

    /**
     * @param number which run of the page, from 0
     */
    static RunView of(RunAnalysis analysis, String name, int number) {
        RunRecord run = analysis.run();
        DataAnalysis data = analysis.data();
        String suffix = "-" + number;
        return new RunView(
                name,
                Curve.colour(number),
                keyFigures(run),
                analysis.remark(),
                ActivityCharts.of(run, suffix),
                confusion(run, data),
                data == null ? "" : worstTitle(data),
                data == null ? List.of() : worst(data),
                FilterSheet.of(analysis.filters()),
                data == null ? null : settling(data, suffix),
                data == null ? List.of() : asymmetry(data.asymmetry()),
                memory(run.memory()),
                provenance(run),
                run.configuration().toYaml());
    }

    private static List<Fact> keyFigures(RunRecord run) {
        int planned = run.configuration().training().epochs();
        if (run.epochs().isEmpty()) {
            return List.of(new Fact("Epochs", "0 of " + planned));
        }
        EpochMetrics last = run.epochs().getLast();
        List<Fact> figures = new ArrayList<>(List.of(
                new Fact("Test error", Numbers.fixed(last.testErrorPercent(), 2) + " %"),
                new Fact("Training error", Numbers.fixed(last.trainErrorPercent(), 2) + " %"),
                new Fact("Epochs", last.epoch() + " of " + planned),
                new Fact("Training and tests", Numbers.duration(last.seconds())),
                new Fact("Sample-steps a second", Numbers.brief(last.sampleStepsPerSecond()))));
        if (run.memory().measuredBytes() > 0) {
            figures.add(
                    new Fact("Off-heap memory", MemorySize.format(run.memory().measuredBytes())));
        }
        return figures;
    }

    private static List<Fact> provenance(RunRecord run) {
        String bits = recorded(run, "vectorBits");
        return List.of(
                new Fact("Folder", run.folder().toString()),
                new Fact("Network", network(run.topology())),
                new Fact("Parameters", Numbers.brief((double) run.topology().parameterCount())),
                new Fact("Data", recorded(run, "data")),
                new Fact("Training images", recorded(run, "trainImages")),
                new Fact("Their SHA-256", recorded(run, "trainSha256")),
                new Fact("Test images", recorded(run, "testImages")),
                new Fact("Their SHA-256", recorded(run, "testSha256")),
                new Fact("Seed", Long.toString(run.configuration().training().seed())),
                new Fact("JDK", recorded(run, "jdk")),
                new Fact("Processor", recorded(run, "processor")),
                new Fact("Kernels", recorded(run, "kernels") + (bits.equals("0") ? "" : ", " + bits + " bits")),
                new Fact("Threads", recorded(run, "threads")),
                new Fact("Version", recorded(run, "version")),
                new Fact("Commit", recorded(run, "commit")));
    }

    private static String recorded(RunRecord run, String key) {
        return run.provenance().getOrDefault(key, UNKNOWN);
    }

    /** The layers of a network, the image first. */
    private static String network(Topology topology) {
        StringBuilder text = new StringBuilder();
        for (int l = 0; l <= topology.connections().size(); l++) {
            LayerLayout layer = topology.layout(l);
            text.append(l == 0 ? "" : " → ").append(layer.channels());
            if (layer.positions() > 1) {
                text.append('×').append(layer.height()).append('×').append(layer.width());
            }
        }
        return text.toString();
    }

    /** The last epoch's count of all test images is better than a new one of some. */
    private static @Nullable ConfusionMatrix confusion(RunRecord run, @Nullable DataAnalysis data) {
        List<String> names = data == null ? List.of() : data.classNames();
        if (!run.epochs().isEmpty() && !run.epochs().getLast().confusion().isEmpty()) {
            EpochMetrics last = run.epochs().getLast();
            return ConfusionMatrix.of(last.confusion(), names, "All test images after epoch " + last.epoch());
        }
        return data == null
                ? null
                : ConfusionMatrix.of(
                        data.predictions().confusion(),
                        names,
                        "The first " + images(data) + " test images and the last checkpoint");
    }

    private static String images(DataAnalysis data) {
        return Numbers.brief(data.predictions().all().size());
    }

    private static String worstTitle(DataAnalysis data) {
        return "The highest losses among the first " + images(data)
                + " test images, of which the last checkpoint answers "
                + Numbers.brief((double) data.predictions().errors()) + " wrongly.";
    }

    private static List<WorstImage> worst(DataAnalysis data) {
        List<WorstImage> worst = new ArrayList<>();
        for (Predictions.Prediction prediction : data.predictions().worst(MOST_IMAGES)) {
            String label = className(prediction.label(), data.classNames());
            String given = className(prediction.predicted(), data.classNames());
            String loss = Numbers.fixed(prediction.loss(), 3);
            worst.add(new WorstImage(
                    picture(data.test(), prediction.image()),
                    label,
                    given,
                    prediction.label() != prediction.predicted(),
                    loss,
                    "Test image " + prediction.image() + ": class " + label + ", answered " + given + ", loss "
                            + loss));
        }
        return worst;
    }

    /** {@return what a class is called: its number where it has no name} */
    static String className(int number, List<String> names) {
        return number < names.size() ? names.get(number) : Integer.toString(number);
    }

    /** The image as it is: grey, or its first three channels as red, green and blue. */
    private static Picture picture(ImageSet images, int image) {
        boolean colours = images.channels() >= RGB;
        return Picture.of(images.width(), images.height(), (x, y) -> {
            int red = images.pixel(image, y, x, 0);
            int green = colours ? images.pixel(image, y, x, 1) : red;
            int blue = colours ? images.pixel(image, y, x, 2) : red;
            return OPAQUE | red << 16 | green << 8 | blue;
        });
    }

    private static SettlingView settling(DataAnalysis data, String suffix) {
        Trajectory trajectory = data.trajectory();
        String label = data.classNames().get(trajectory.label());
        return new SettlingView(
                picture(data.test(), trajectory.image()),
                "Test image " + trajectory.image() + ", class " + label + ": " + trajectory.freeSteps()
                        + " steps without and " + trajectory.nudgeSteps() + " steps with a nudge of +β.",
                trajectory.spiking() ? Raster.of("raster" + suffix, trajectory) : null,
                new SettlingCharts(trajectory, data.classNames(), suffix).charts());
    }

    private static List<BarTable> asymmetry(Asymmetry asymmetry) {
        String images = "the first " + asymmetry.images() + " training images";
        return List.of(
                asymmetry("Against the free state, on " + images, asymmetry.againstFree()),
                asymmetry("Against the free state as many steps later, on " + images, asymmetry.againstLater()));
    }

    private static BarTable asymmetry(String caption, List<Asymmetry.Layer> layers) {
        double most = layers.stream()
                .mapToDouble(Asymmetry.Layer::normRatio)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        List<BarTable.Row> rows = new ArrayList<>();
        for (Asymmetry.Layer layer : layers) {
            double length = layer.normRatio() / Math.max(1, most);
            String style = layer.cosine() < 0 ? "c3" : "c0";
            rows.add(new BarTable.Row(
                    layer.layer(),
                    List.of(
                            BarTable.Bar.of(Numbers.fixed(layer.cosine(), 3), Math.abs(layer.cosine()), style),
                            BarTable.Bar.of(Numbers.fixed(layer.normRatio(), 2), length, "c1"))));
        }
        return new BarTable(caption, List.of("layer", "cosine", "norm ratio"), rows);
    }

    private static @Nullable BarTable memory(MemoryAccounts memory) {
        Set<String> accounts = new LinkedHashSet<>(memory.predicted().keySet());
        accounts.addAll(memory.measured().keySet());
        if (accounts.isEmpty()) {
            return null;
        }
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
