package org.equipoise.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results side by side, a row for each benchmark and a column for each way it ran. */
final class Table {
    private static final List<String> COUNTED = List.of("additions", "neurons", "weights");
    private static final List<String> COLUMN_PARAMETERS = List.of("kernels", "memory");
    private static final double MEDIAN = 50;

    private final List<String> columns = new ArrayList<>();
    private final Map<String, Map<String, RunResult>> rows = new TreeMap<>();

    void add(Measure.Column column, Collection<RunResult> results) {
        columns.add(column.title());
        for (RunResult result : results) {
            rows.computeIfAbsent(name(result.getParams()), name -> new LinkedHashMap<>())
                    .put(column.title(), result);
        }
    }

    private static String name(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        String method = benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
        String settings = params.getParamsKeys().stream()
                .filter(key -> !COLUMN_PARAMETERS.contains(key))
                .sorted()
                .map(key -> key + " " + params.getParam(key))
                .collect(Collectors.joining(", "));
        return method + (settings.isEmpty() ? "" : ", " + settings);
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| µs a call");
        columns.forEach(column -> text.append(" | ").append(column));
        text.append(" | best, 10⁹/s | bytes allocated a call |\n|---");
        text.append("|--:".repeat(columns.size() + 1)).append("|---|\n");
        rows.forEach((name, results) -> text.append(row(name, results)));
        text.append("""

                Medians over the iterations of all forks; in brackets how many times as fast as the scalar twin. *Best* counts \
                additions of weights, neurons or weights. *Mixed*: the same calls have worked on heap arrays as well, before. \
                Bytes are those of each column in turn; 5 to 10 KB an iteration are JMH's own and shared among its calls, so \
                that long calls seem to allocate more than they do.
                """);
        return text.toString();
    }

    private String row(String name, Map<String, RunResult> results) {
        RunResult scalar = results.get("scalar");
        StringBuilder text = new StringBuilder("| ").append(name);
        for (String column : columns) {
            RunResult result = results.get(column);
            text.append(" | ");
            if (result != null) {
                text.append(number(micros(result)));
                if (scalar != null && scalar != result) {
                    text.append(" (")
                            .append(number(micros(scalar) / micros(result)))
                            .append("×)");
                }
            }
        }
        String allocated = columns.stream()
                .filter(results::containsKey)
                .map(column -> number(secondary(results.get(column), "gc.alloc.rate.norm")))
                .collect(Collectors.joining(", "));
        double best =
                results.values().stream().mapToDouble(Table::counted).max().orElse(Double.NaN);
        text.append(" | ").append(best > 0 ? number(best / 1e9) : "");
        return text.append(" | ").append(allocated).append(" |\n").toString();
    }

    private static double micros(RunResult result) {
        return 1e6 / median(result.getPrimaryResult());
    }

    private static double counted(RunResult result) {
        return COUNTED.stream()
                .filter(result.getSecondaryResults()::containsKey)
                .mapToDouble(label -> secondary(result, label))
                .findFirst()
                .orElse(0);
    }

    private static double secondary(RunResult result, String label) {
        Result<?> found = result.getSecondaryResults().get(label);
        return found == null ? Double.NaN : median(found);
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(MEDIAN);
    }

    /** Three digits that count. */
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "?";
        }
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
