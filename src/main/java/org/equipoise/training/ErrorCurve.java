package org.equipoise.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to over time, of this program or another.
 *
 * @param processor what it ran on, null where nothing says so
 * @param points one an epoch, the first one first, at least one
 */
public record ErrorCurve(String label, @Nullable String processor, List<Point> points) {
    private static final String SECONDS = "seconds";
    private static final String TEST = "testErrorPercent";
    private static final String TRAIN = "trainErrorPercent";
    private static final String PROCESSOR = "processor";
    private static final String MODEL = "model.safetensors";

    /**
     * An epoch.
     *
     * @param seconds since the run began
     * @param trainErrorPercent null where the run does not say
     */
    public record Point(
            int epoch,
            double seconds,
            double testErrorPercent,
            @Nullable Double trainErrorPercent) {}

    public ErrorCurve {
        points = List.copyOf(points);
    }

    /**
     * @param place a folder with {@code metrics.csv}, or a CSV file with the columns seconds and testErrorPercent and, if there are,
     *     epoch, trainErrorPercent and processor
     * @throws BadInputException if it cannot be read, or has no epochs
     */
    public static ErrorCurve read(String label, Path place) {
        boolean folder = Files.isDirectory(place);
        Path file = folder ? place.resolve("metrics.csv") : place;
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BadInputException(
                    "The curve " + file + " cannot be read; the folder of a run, or a CSV file in UTF-8, was expected.",
                    e);
        }
        List<String> columns =
                lines.isEmpty() ? List.of() : List.of(lines.getFirst().split(","));
        if (lines.size() < 2 || !columns.contains(SECONDS) || !columns.contains(TEST)) {
            throw new BadInputException(file + " has no epochs, or not the columns " + SECONDS + " and " + TEST
                    + "; a line with the names of columns and one for each epoch were expected.");
        }
        List<Point> points = new ArrayList<>();
        String processor = folder ? recorded(place) : null;
        for (int i = 1; i < lines.size(); i++) {
            Row row = new Row(file, i + 1, columns, List.of(lines.get(i).split(",", -1)));
            Point point = new Point(
                    columns.contains("epoch") ? (int) row.number("epoch") : i,
                    row.number(SECONDS),
                    row.number(TEST),
                    row.text(TRAIN) == null ? null : Double.valueOf(row.number(TRAIN)));
            if (!points.isEmpty() && point.seconds() < points.getLast().seconds()) {
                throw new BadInputException(file + " line " + (i + 1) + " has " + point.seconds() + " seconds after "
                        + points.getLast().seconds() + "; times that grow were expected.");
            }
            points.add(point);
            processor = processor == null ? row.text(PROCESSOR) : processor;
        }
        return new ErrorCurve(label, processor, points);
    }

    private record Row(Path file, int line, List<String> columns, List<String> cells) {
        private @Nullable String text(String column) {
            int at = columns.indexOf(column);
            return at < 0 || at >= cells.size() || cells.get(at).isBlank()
                    ? null
                    : cells.get(at).strip();
        }

        private double number(String column) {
            String text = text(column);
            try {
                double value = text == null ? Double.NaN : Double.parseDouble(text);
                if (Double.isFinite(value) && value >= 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Told below, in the same words as a number below zero.
            }
            throw new BadInputException(file + " line " + line + " has '" + (text == null ? "" : text) + "' for "
                    + column + "; a number of at least 0 was expected.");
        }
    }

    /** What a run's folder, or the model of a finished run, says of the processor; null if neither does. */
    private static @Nullable String recorded(Path folder) {
        Map<String, String> provenance = new RunDirectory(folder).writtenProvenance();
        Path model = folder.resolve(MODEL);
        if (provenance.isEmpty() && Files.isRegularFile(model)) {
            provenance = Checkpoint.provenance(model);
        }
        String processor = provenance.get(PROCESSOR);
        String threads = provenance.get("threads");
        return processor == null || threads == null
                ? processor
                : processor + ", " + threads + (threads.equals("1") ? " thread" : " threads");
    }

    /** {@return the first epoch whose test error is no greater; nothing if there is none} */
    public Optional<Point> firstAt(double errorPercent) {
        return points.stream()
                .filter(point -> point.testErrorPercent() <= errorPercent)
                .findFirst();
    }

    /** {@return the last epoch} */
    public Point last() {
        return points.getLast();
    }
}
