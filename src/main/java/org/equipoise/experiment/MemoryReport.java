package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemorySize;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.equipoise.plot.Table.Columns;
import org.equipoise.plot.Table.Rounded;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MemoryExperiment} found.
 *
 * @param baseRssBytes the most physical memory of a process that does nothing; null where the system does not say
 */
public record MemoryReport(int threads, @Nullable Long baseRssBytes, List<MemoryRow> rows) {
    private static final double MEGABYTE = 1e6;

    /** {@return one line a row after a line of names, in bytes; what is not known is empty} */
    public String csv() {
        Columns<MemoryRow> columns = new Columns<MemoryRow>(rows)
                .column("algorithm", MemoryRow::algorithm)
                .column("timeSteps", MemoryRow::timeSteps)
                .column("batch", MemoryRow::batch)
                .column("predictedBytes", MemoryRow::predictedBytes)
                .column("measuredPeakBytes", MemoryRow::measuredPeakBytes)
                .column("rssBytes", MemoryRow::rssBytes)
                .column("rssAboveBaseBytes", MemoryRow::rssAboveBaseBytes);
        for (Account account : Account.values()) {
            columns.column(account.label() + "Bytes", row -> row.accounts().get(account.label()));
        }
        return columns.table().csv();
    }

    /** {@return the rows and the accounts as tables in Markdown} */
    public String markdown() {
        String sizes = new Columns<MemoryRow>(rows)
                .column("algorithm", MemoryRow::algorithm)
                .column("T", MemoryRow::timeSteps)
                .column("batch", MemoryRow::batch)
                .column("predicted", row -> size(row.predictedBytes()))
                .column("measured peak", row -> size(row.measuredPeakBytes()))
                .column("physical memory (peak)", row -> size(row.rssBytes()))
                .column("above the base", row -> size(row.rssAboveBaseBytes()))
                .table()
                .markdown();
        Columns<Account> accounts = new Columns<>(List.of(Account.values()));
        accounts.column("account", Account::label);
        for (List<MemoryRow> group : groups().values()) {
            MemoryRow longest = group.stream()
                    .reduce(BinaryOperator.maxBy(Comparator.comparingInt(MemoryRow::timeSteps)))
                    .orElseThrow();
            accounts.column(
                    longest.algorithm() + ", batch " + longest.batch(),
                    account -> size(longest.accounts().getOrDefault(account.label(), 0L)));
        }
        return sizes + "\nOff-heap memory by account, at the most time steps:\n\n"
                + accounts.table().markdown();
    }

    private static @Nullable Object size(@Nullable Long bytes) {
        return bytes == null ? null : new Rounded((bytes < 0 ? "-" : "") + MemorySize.format(Math.abs(bytes)));
    }

    /**
     * @param label what was trained
     * @param command how it is measured again
     * @return the page with tables and figure in Markdown
     */
    public String page(String label, String command) {
        String base = baseRssBytes == null
                ? ""
                : " A process that does nothing takes " + MemorySize.format(baseRssBytes)
                        + " of physical memory, the base.";
        return "# Memory of a training batch: " + label + "\n\n"
                + "Remade by `" + command + "`.\n\n"
                + "Off-heap memory as predicted before the run and as booked at most during it, and the physical memory of the"
                + " whole process (Java heap and compiled code as well) at most." + base + "\n\n"
                + markdown()
                + "\n![Off-heap memory over time steps](memory.png)\n";
    }

    /** The rows of each algorithm and batch, by what figures call them. */
    private Map<String, List<MemoryRow>> groups() {
        boolean oneBatch = rows.stream().mapToInt(MemoryRow::batch).distinct().count() == 1;
        return rows.stream()
                .collect(Collectors.groupingBy(
                        row -> oneBatch ? row.algorithm() : row.algorithm() + ", batch " + row.batch(),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    /** {@return off-heap memory over time steps: predictions as lines, measurements as marks} */
    public Plot plot(String network) {
        List<Series> series = new ArrayList<>();
        int number = 0;
        for (Map.Entry<String, List<MemoryRow>> group : groups().entrySet()) {
            Colour colour = Colour.of(number++);
            List<Point> predicted = new ArrayList<>();
            List<Point> measured = new ArrayList<>();
            for (MemoryRow row : group.getValue()) {
                predicted.add(Point.of(row.timeSteps(), row.predictedBytes() / MEGABYTE));
                if (row.measuredPeakBytes() != null) {
                    measured.add(Point.of(row.timeSteps(), row.measuredPeakBytes() / MEGABYTE));
                }
            }
            series.add(new Series(group.getKey() + ", predicted", Series.Style.LINE, colour, predicted));
            if (!measured.isEmpty()) {
                series.add(new Series(group.getKey() + ", measured", Series.Style.MARKERS, colour, measured));
            }
        }
        return new LinePlot(
                "Off-heap memory of a training batch: " + network,
                Axis.logarithmic("time steps T"),
                Axis.logarithmic("MB"),
                series);
    }
}
