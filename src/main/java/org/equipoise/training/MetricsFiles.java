package org.equipoise.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.AtomicFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metrics of every epoch of a run in two files, a line an epoch: {@code metrics.jsonl} holds them all, {@code metrics.csv} those that
 * are numbers or few, and the CRC-32 of the epoch's line of JSON, so that a change of either file is noticed. The last columns are empty
 * for a process alone.
 *
 * <p>New columns come after the old ones, and what a file of an earlier version lacks reads as zero or empty.
 *
 * @param folder the run directory
 */
record MetricsFiles(Path folder) {
    private static final String CSV = "metrics.csv";
    private static final String JSON_LINES = "metrics.jsonl";
    private static final String HEADER =
            "epoch,updates,trainErrorPercent,trainLoss,testErrorPercent,testLoss,firingRates,"
                    + "sampleSteps,sampleStepsPerSecond,seconds,stepsSavedPercent,freeStepsSavedPercent,nudgeStepsSavedPercent,"
                    + "atLowerBound,atUpperBound,peakOffHeapBytes,checksum,ranks,exchangedBytesPerBatch,exchangeSecondsPerBatch";
    /** The last column of a file that can be checked. */
    private static final String CHECKSUM = ",checksum";

    private static final Pattern CSV_EPOCH = Pattern.compile("(\\d{1,9}),.*");
    private static final Pattern JSON_EPOCH = Pattern.compile("\\{\"epoch\":(\\d{1,9}),.*");

    /** Metrics that a file written earlier lacks read as zero or empty. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * Adds an epoch; lines of that epoch and later ones, left by a run that was cut off before it could save, are replaced.
     *
     * @param metrics what the epoch came to
     */
    void append(EpochMetrics metrics) {
        String line = JSON.writeValueAsString(metrics);
        replaceTail(CSV, CSV_EPOCH, metrics.epoch(), csv(metrics, line));
        replaceTail(JSON_LINES, JSON_EPOCH, metrics.epoch(), line);
    }

    /**
     * @param epoch an epoch, from 1
     * @return what it came to, or null where the files do not say
     * @throws BadInputException if the line of that epoch cannot be read
     */
    @Nullable
    EpochMetrics of(int epoch) {
        for (String line : lines(JSON_LINES)) {
            if (epoch(JSON_EPOCH, line) == epoch) {
                return read(line);
            }
        }
        return null;
    }

    /** {@return what each epoch came to, the first one first} */
    List<EpochMetrics> all() {
        return lines(JSON_LINES).stream().map(this::read).toList();
    }

    /**
     * Looks for what is missing or not as it was written, by reading both files and comparing them.
     *
     * @param epochs how many epochs are done, of which they must tell at least
     * @return the problems, a sentence each
     */
    List<String> problems(int epochs) {
        try {
            return problems(lines(CSV), lines(JSON_LINES), epochs);
        } catch (BadInputException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /** The same of files that hold these lines. */
    List<String> problems(List<String> csv, List<String> json, int epochs) {
        List<String> problems = new ArrayList<>();
        if (epochs > 0
                && (csv.isEmpty()
                        || !HEADER.startsWith(csv.getFirst())
                        || !csv.getFirst().contains(CHECKSUM))) {
            problems.add(file(CSV) + " does not begin with the names of its columns.");
        }
        List<String> rows = csv.isEmpty() ? csv : csv.subList(1, csv.size());
        // A run that is killed between the two files repeats the epoch.
        boolean between = rows.size() == json.size() + 1 && json.size() == epochs;
        if (rows.size() != json.size() && !between) {
            problems.add(file(CSV) + " tells of " + rows.size() + " epochs and " + file(JSON_LINES) + " of "
                    + json.size() + "; as many were expected.");
        }
        if (json.size() < epochs) {
            problems.add(file(JSON_LINES) + " tells of " + json.size() + " epochs; the " + epochs
                    + " of the run were expected.");
        }
        for (int i = 0; i < Math.min(rows.size(), json.size()); i++) {
            problem(i + 1, rows.get(i), json.get(i)).ifPresent(problems::add);
        }
        return problems;
    }

    private Optional<String> problem(int epoch, String row, String line) {
        EpochMetrics metrics;
        try {
            metrics = read(line);
        } catch (BadInputException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        if (metrics.epoch() != epoch) {
            return Optional.of(file(JSON_LINES) + " has epoch " + metrics.epoch() + " in line " + epoch + "; epoch "
                    + epoch + " was expected.");
        }
        // Both files hold the same numbers, written in one way: one that was changed in either is noticed.
        boolean same =
                line.equals(JSON.writeValueAsString(metrics)) && padded(row).equals(csv(metrics, line));
        return same
                ? Optional.empty()
                : Optional.of(file(CSV) + " and " + file(JSON_LINES) + " differ in epoch " + epoch
                        + "; the same numbers, as they were written, were expected.");
    }

    private static String csv(EpochMetrics metrics, String line) {
        ExchangeMetrics exchange = metrics.exchange();
        return Stream.of(
                        metrics.epoch(),
                        metrics.updates(),
                        metrics.trainErrorPercent(),
                        metrics.trainLoss(),
                        metrics.testErrorPercent(),
                        metrics.testLoss(),
                        spaced(metrics.firingRates()),
                        metrics.sampleSteps(),
                        metrics.sampleStepsPerSecond(),
                        metrics.seconds(),
                        metrics.stepsSavedPercent(),
                        metrics.freeStepsSavedPercent(),
                        metrics.nudgeStepsSavedPercent(),
                        spaced(metrics.atLowerBound()),
                        spaced(metrics.atUpperBound()),
                        metrics.memory().measuredBytes(),
                        checksum(line),
                        exchange == null ? "" : exchange.ranks(),
                        exchange == null ? "" : exchange.bytesPerBatch(),
                        exchange == null ? "" : exchange.secondsPerBatch())
                .map(Object::toString)
                .collect(Collectors.joining(","));
    }

    private static String checksum(String line) {
        CRC32 checksum = new CRC32();
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits(checksum.getValue(), Integer.SIZE / 4);
    }

    private static String spaced(List<Double> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /** A line of an earlier version, with empty cells for what it lacks. */
    private static String padded(String line) {
        return line + ",".repeat((int) Math.max(0, commas(HEADER) - commas(line)));
    }

    private static long commas(String line) {
        return line.chars().filter(c -> c == ',').count();
    }

    private EpochMetrics read(String line) {
        try {
            EpochMetrics metrics = JSON.readValue(line, EpochMetrics.class);
            if (metrics == null) {
                throw new BadInputException(unreadable());
            }
            return metrics;
        } catch (JacksonException e) {
            throw new BadInputException(unreadable(), e);
        }
    }

    private String unreadable() {
        return "The metrics file " + file(JSON_LINES)
                + " cannot be read; one line of JSON for each epoch was expected.";
    }

    private List<String> lines(String name) {
        Path file = file(name);
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw new BadInputException(
                    "The metrics file " + file + " cannot be read; lines of UTF-8 text were expected.", e);
        }
    }

    private void replaceTail(String name, Pattern pattern, int epoch, String line) {
        StringBuilder text = new StringBuilder();
        if (name.equals(CSV)) {
            text.append(HEADER).append('\n');
        }
        List<String> old;
        try {
            old = lines(name);
        } catch (BadInputException e) {
            throw new WorkFailedException(String.valueOf(e.getMessage()), e);
        }
        old.stream()
                .skip(name.equals(CSV) ? 1 : 0)
                .filter(kept -> epoch(pattern, kept) < epoch)
                .map(kept -> name.equals(CSV) ? padded(kept) : kept)
                .forEach(kept -> text.append(kept).append('\n'));
        text.append(line).append('\n');
        AtomicFile.write(file(name), out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** The epoch that a line tells of, 0 for one that does not say. */
    private static int epoch(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
