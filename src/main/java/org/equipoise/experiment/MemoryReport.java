package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemorySize;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MemoryExperiment} found.
 *
 * @param threads how many threads trained
 * @param baseRssBytes the most physical memory of a process that does nothing; null where the system does not say
 * @param rows its rows
 */
public record MemoryReport(int threads, @Nullable Long baseRssBytes, List<MemoryRow> rows) {
    private static final double MEGABYTE = 1e6;
    private static final String UNKNOWN = "–";

    /** {@return one line a row after a line of names, in bytes; what is not known is empty} */
    public String csv() {
        StringBuilder text = new StringBuilder(
                "algorithm,timeSteps,batch,predictedBytes,measuredPeakBytes,rssBytes," + "rssAboveBaseBytes");
        for (Account account : Account.values()) {
            text.append(',').append(account.label()).append("Bytes");
        }
        text.append('\n');
        for (MemoryRow row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    row.algorithm(),
                    Integer.toString(row.timeSteps()),
                    Integer.toString(row.batch()),
                    Long.toString(row.predictedBytes()),
                    cell(row.measuredPeakBytes()),
                    cell(row.rssBytes()),
                    cell(row.rssAboveBaseBytes())));
            row.accounts().values().forEach(bytes -> cells.add(Long.toString(bytes)));
            text.append(String.join(",", cells)).append('\n');
        }
        return text.toString();
    }

    private static String cell(@Nullable Long bytes) {
        return bytes == null ? "" : bytes.toString();
    }

    /** {@return the rows and the accounts as tables in Markdown} */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(
                "| algorithm | T | batch | predicted | measured peak | physical memory (peak) | above the base |\n");
        text.append("|---|---:|---:|---:|---:|---:|---:|\n");
        for (MemoryRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %s | %s | %s | %s |\n",
                    row.algorithm(),
                    row.timeSteps(),
                    row.batch(),
                    MemorySize.format(row.predictedBytes()),
                    size(row.measuredPeakBytes()),
                    size(row.rssBytes()),
                    size(row.rssAboveBaseBytes())));
        }
        text.append('\n').append("Off-heap memory by account, at the most time steps:\n\n");
        List<MemoryRow> longest = longest();
        String names = longest.stream()
                .map(row -> " " + row.algorithm() + ", batch " + row.batch() + " |")
                .collect(Collectors.joining());
        text.append("| account |").append(names).append('\n');
        text.append("|---|").append("---:|".repeat(longest.size())).append('\n');
        for (Account account : Account.values()) {
            text.append("| ").append(account.label()).append(" |");
            longest.forEach(row -> text.append(' ')
                    .append(MemorySize.format(row.accounts().getOrDefault(account.label(), 0L)))
                    .append(" |"));
            text.append('\n');
        }
        return text.toString();
    }

    private static String size(@Nullable Long bytes) {
        return bytes == null ? UNKNOWN : (bytes < 0 ? "-" : "") + MemorySize.format(Math.abs(bytes));
    }

    /** The row with the most time steps of each algorithm and batch. */
    private List<MemoryRow> longest() {
        Map<String, MemoryRow> longest = new LinkedHashMap<>();
        for (MemoryRow row : rows) {
            longest.merge(name(row), row, (a, b) -> a.timeSteps() >= b.timeSteps() ? a : b);
        }
        return List.copyOf(longest.values());
    }

    private String name(MemoryRow row) {
        boolean oneBatch = rows.stream().mapToInt(MemoryRow::batch).distinct().count() == 1;
        return oneBatch ? row.algorithm() : row.algorithm() + ", batch " + row.batch();
    }

    /**
     * @param network what was trained
     * @return off-heap memory over time steps: predictions as lines, measurements as marks
     */
    public Plot plot(String network) {
        Map<String, List<Point>> predicted = new LinkedHashMap<>();
        Map<String, List<Point>> measured = new LinkedHashMap<>();
        for (MemoryRow row : rows) {
            predicted
                    .computeIfAbsent(name(row), name -> new ArrayList<>())
                    .add(Point.of(row.timeSteps(), row.predictedBytes() / MEGABYTE));
            if (row.measuredPeakBytes() != null) {
                measured.computeIfAbsent(name(row), name -> new ArrayList<>())
                        .add(Point.of(row.timeSteps(), row.measuredPeakBytes() / MEGABYTE));
            }
        }
        List<Series> series = new ArrayList<>();
        int number = 0;
        for (Map.Entry<String, List<Point>> entry : predicted.entrySet()) {
            Colour colour = Colour.of(number++);
            series.add(new Series(entry.getKey() + ", predicted", Series.Style.LINE, colour, entry.getValue()));
            List<Point> marks = measured.get(entry.getKey());
            if (marks != null) {
                series.add(new Series(entry.getKey() + ", measured", Series.Style.MARKERS, colour, marks));
            }
        }
        return new LinePlot(
                "Off-heap memory of a training batch: " + network,
                Axis.logarithmic("time steps T"),
                Axis.logarithmic("MB"),
                series);
    }
}
