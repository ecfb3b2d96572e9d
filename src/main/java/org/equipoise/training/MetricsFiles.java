package org.equipoise.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.AtomicFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the epochs of a run came to, a line each: {@code metrics.csv} for spreadsheets, {@code metrics.jsonl} with everything.
 *
 * <p>New columns come after the old ones, and what a file of an earlier version lacks reads as zero or empty.
 *
 * @param folder where they are
 */
record MetricsFiles(Path folder) {
    private static final String CSV = "metrics.csv";
    private static final String JSON_LINES = "metrics.jsonl";
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * Adds an epoch; lines of that epoch and later ones, left by a run that was cut off before it could save, are replaced.
     *
     * @param metrics what the epoch came to
     */
    void append(EpochMetrics metrics) {
        Map<String, Object> columns = columns(metrics);
        List<String> csv = new ArrayList<>(List.of(String.join(",", columns.keySet())));
        lines(CSV).stream().skip(1).limit(metrics.epoch() - 1L).forEach(line -> csv.add(padded(line, columns.size())));
        csv.add(columns.values().stream().map(Object::toString).collect(Collectors.joining(",")));
        write(CSV, csv);
        List<String> json = new ArrayList<>(
                lines(JSON_LINES).stream().limit(metrics.epoch() - 1L).toList());
        json.add(JSON.writeValueAsString(metrics));
        write(JSON_LINES, json);
    }

    /** {@return what each epoch came to, the first one first} */
    List<EpochMetrics> all() {
        return lines(JSON_LINES).stream().map(this::parsed).toList();
    }

    /**
     * @param epoch an epoch, from 1
     * @return what it came to, or null where the files do not say
     */
    @Nullable
    EpochMetrics of(int epoch) {
        List<String> lines = lines(JSON_LINES);
        return epoch < 1 || epoch > lines.size() ? null : parsed(lines.get(epoch - 1));
    }

    private static Map<String, Object> columns(EpochMetrics metrics) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("epoch", metrics.epoch());
        columns.put("updates", metrics.updates());
        columns.put("trainErrorPercent", metrics.trainErrorPercent());
        columns.put("trainLoss", metrics.trainLoss());
        columns.put("testErrorPercent", metrics.testErrorPercent());
        columns.put("testLoss", metrics.testLoss());
        columns.put("firingRates", spaced(metrics.firingRates()));
        columns.put("sampleSteps", metrics.sampleSteps());
        columns.put("sampleStepsPerSecond", metrics.sampleStepsPerSecond());
        columns.put("seconds", metrics.seconds());
        columns.put("stepsSavedPercent", metrics.stepsSavedPercent());
        columns.put("freeStepsSavedPercent", metrics.freeStepsSavedPercent());
        columns.put("nudgeStepsSavedPercent", metrics.nudgeStepsSavedPercent());
        columns.put("atLowerBound", spaced(metrics.atLowerBound()));
        columns.put("atUpperBound", spaced(metrics.atUpperBound()));
        columns.put("peakOffHeapBytes", metrics.memory().measuredBytes());
        return columns;
    }

    private static String spaced(List<Double> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /** A line of an earlier version, with empty cells for what it lacks. */
    private static String padded(String line, int columns) {
        long commas = line.chars().filter(c -> c == ',').count();
        return line + ",".repeat((int) Math.max(0, columns - 1 - commas));
    }

    private EpochMetrics parsed(String line) {
        try {
            return JSON.readValue(line, EpochMetrics.class);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private List<String> lines(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw name.equals(CSV)
                    ? new WorkFailedException(
                            "The metrics file " + file + " cannot be read: " + e.getMessage() + ".", e)
                    : unreadable(e);
        }
    }

    private BadInputException unreadable(Exception cause) {
        return new BadInputException(
                "The metrics file " + folder.resolve(JSON_LINES)
                        + " cannot be read; one line of JSON for each epoch was expected.",
                cause);
    }

    private void write(String name, List<String> lines) {
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve(name), out -> out.write(text));
    }
}
