package org.equipoise.bench.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.FigureFile;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import tools.jackson.databind.JsonNode;

/** A sweep's measurements as a table and as plots: medians over the rounds, and from the lowest to the highest. */
final class SweepReport {
    private static final String SPEED = "sample-steps a second";
    /** Training images of MNIST and of FashionMNIST. */
    private static final int EPOCH = 60_000;

    private final JsonNode machine;
    private final Map<Setting, List<Measurement>> bySetting;
    private final Setting base;

    /**
     * @param machine its description
     * @param measurements all of them, that of the base first
     */
    SweepReport(JsonNode machine, List<Measurement> measurements) {
        if (measurements.isEmpty()) {
            throw new SweepOptions.Misuse("The sweep has no measurements yet; at least one was expected.");
        }
        this.machine = machine;
        this.bySetting = measurements.stream()
                .collect(Collectors.groupingBy(Measurement::setting, LinkedHashMap::new, Collectors.toList()));
        this.base = measurements.getFirst().setting();
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# Throughput about a base setting\n\n");
        text.append("Each part varies one thing; all else is as in the base: ")
                .append(describe(base))
                .append(". Medians over ")
                .append(bySetting.get(base).size())
                .append(
                        " rounds, in brackets the lowest and the highest. *Against the base* is the median of the ratios within"
                                + " a round. *Of the peak* relates to what the same process then measured as this machine's limit"
                                + " ([bench/README.md](../../bench/README.md) says how); more than 100 % of memory is what caches"
                                + " save. An epoch is 60,000 images, as MNIST has.\n");
        for (Dimension dimension : Dimension.values()) {
            List<Setting> settings = along(dimension);
            if (settings.size() > 1) {
                part(text, dimension.title(), settings, setting -> number(dimension.of(setting)));
            }
        }
        List<Setting> trained =
                bySetting.keySet().stream().filter(Setting::trained).toList();
        if (!trained.isEmpty()) {
            part(text, "model", trained, setting -> "trained");
        }
        if (!panels().isEmpty()) {
            text.append("\n![the same as plots](sweep.png)\n");
        }
        text.append("\n## Machine\n\n| | |\n|---|---|\n");
        machine.properties()
                .forEach(entry -> text.append("| ")
                        .append(entry.getKey())
                        .append(" | ")
                        .append(
                                entry.getValue().isArray()
                                        ? list(entry.getValue())
                                        : entry.getValue().asString())
                        .append(" |\n"));
        text.append(
                "\nEvery run is a line of `sweep.jsonl`: its command, its batches' times, its firing rates, its peak. Remade by"
                        + " the command above; `bench/run sweep --report` lays out the lines that are there.\n");
        return text.toString();
    }

    private static String list(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asString()));
        return String.join("; ", texts);
    }

    @FunctionalInterface
    private interface Name {
        String of(Setting setting);
    }

    private void part(StringBuilder text, String title, List<Setting> settings, Name name) {
        text.append("\n| ")
                .append(title)
                .append(
                        " | sample-steps/s | against the base | minutes an epoch | firing rates | additions a sample-step | additions of the"
                                + " peak | bytes of memory's |\n|--:|---|--:|--:|---|--:|--:|--:|\n");
        for (Setting setting : settings) {
            List<Measurement> runs = bySetting.get(setting);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f (%,.0f to %,.0f) | %.2f | %.1f | %s | %,.0f | %s | %s |%n",
                    name.of(setting),
                    median(runs, Measurement::sampleStepsPerSecond),
                    runs.stream()
                            .mapToDouble(Measurement::sampleStepsPerSecond)
                            .min()
                            .orElse(Double.NaN),
                    runs.stream()
                            .mapToDouble(Measurement::sampleStepsPerSecond)
                            .max()
                            .orElse(Double.NaN),
                    againstBase(runs),
                    median(runs, SweepReport::minutes),
                    runs.getFirst().firingRates().stream()
                            .map(rate -> String.format(Locale.ROOT, "%.2f", rate))
                            .collect(Collectors.joining(" ")),
                    median(runs, Measurement::additionsPerSampleStep),
                    percent(median(runs, run -> run.ofPeak("additionsOfPeak"))),
                    percent(median(runs, run -> run.ofPeak("streamedOfPeak")))));
        }
    }

    private static double minutes(Measurement run) {
        return run.minutesFor(EPOCH);
    }

    /** {@return the median of the ratios to the base's run of the same round} */
    private double againstBase(List<Measurement> runs) {
        double[] ratios = runs.stream()
                .flatMap(run -> bySetting.get(base).stream()
                        .filter(other -> other.round() == run.round())
                        .map(other -> run.sampleStepsPerSecond() / other.sampleStepsPerSecond()))
                .mapToDouble(Double::doubleValue)
                .toArray();
        return ratios.length == 0 ? Double.NaN : Sweep.median(ratios);
    }

    private static double median(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
        return Sweep.median(runs.stream().mapToDouble(value).toArray());
    }

    /** {@return the settings that differ from the base in this dimension alone, in its order, the base among them} */
    private List<Setting> along(Dimension dimension) {
        return bySetting.keySet().stream()
                .filter(setting -> differsIn(dimension, setting))
                .sorted(Comparator.comparingDouble(dimension::of))
                .toList();
    }

    private boolean differsIn(Dimension dimension, Setting setting) {
        for (Dimension other : Dimension.values()) {
            if (other != dimension && other.of(setting) != other.of(base)) {
                return false;
            }
        }
        return setting.trained() == base.trained();
    }

    private static String describe(Setting setting) {
        return "batch " + setting.batch() + ", " + setting.free() + " free steps, "
                + (setting.bits() == 0 ? "scalar code" : setting.bits() + " bits") + ", " + setting.threads()
                + (setting.threads() == 1 ? " thread" : " threads")
                + (setting.gain() == 1 ? "" : ", gain " + number(setting.gain()));
    }

    /** Draws a panel for each dimension that was varied, and one of the speed over the rates at which neurons fire. */
    void draw(Path file) {
        List<Plot> panels = panels();
        if (!panels.isEmpty()) {
            FigureFile.write(file, new Figure(panels, Math.min(2, panels.size())));
        }
    }

    private List<Plot> panels() {
        List<Plot> panels = new ArrayList<>();
        for (Dimension dimension : Dimension.values()) {
            List<Setting> settings = along(dimension);
            if (settings.size() > 1) {
                panels.add(speed("Speed by " + dimension.title(), dimension.axis(), settings, dimension::of));
            }
        }
        List<Setting> lengths = along(Dimension.FREE);
        if (lengths.size() > 1) {
            panels.add(panel(
                    "Time of an epoch by " + Dimension.FREE.title(),
                    Dimension.FREE.axis(),
                    "minutes for 60,000 images",
                    lengths,
                    Dimension.FREE::of,
                    SweepReport::minutes));
        }
        List<Setting> rates = bySetting.keySet().stream()
                .filter(setting -> setting.trained() || differsIn(Dimension.GAIN, setting))
                .filter(setting -> Double.isFinite(hiddenRate(setting)))
                .sorted(Comparator.comparingDouble(this::hiddenRate))
                .toList();
        if (rates.size() > 1) {
            panels.add(speed("Speed by firing rate", "mean firing rate of the hidden layers", rates, this::hiddenRate));
        }
        return panels;
    }

    private double hiddenRate(Setting setting) {
        return median(bySetting.get(setting), Measurement::hiddenRate);
    }

    private Plot speed(String title, String horizontal, List<Setting> settings, ToDoubleFunction<Setting> place) {
        return panel(title, horizontal, SPEED, settings, place, Measurement::sampleStepsPerSecond);
    }

    private Plot panel(
            String title,
            String horizontal,
            String vertical,
            List<Setting> settings,
            ToDoubleFunction<Setting> place,
            ToDoubleFunction<Measurement> value) {
        List<Point> medians = new ArrayList<>();
        List<Point> runs = new ArrayList<>();
        for (Setting setting : settings) {
            List<Measurement> measured = bySetting.get(setting);
            medians.add(Point.of(place.applyAsDouble(setting), median(measured, value)));
            measured.forEach(run -> runs.add(Point.of(place.applyAsDouble(setting), value.applyAsDouble(run))));
        }
        return new LinePlot(
                title,
                Axis.fromZero(horizontal),
                Axis.fromZero(vertical),
                List.of(
                        new Series("median", Series.Style.LINE, Colour.BLUE, medians),
                        new Series("every run", Series.Style.MARKERS, Colour.ORANGE, runs)));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
    }
}
