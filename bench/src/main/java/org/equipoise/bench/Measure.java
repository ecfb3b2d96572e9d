package org.equipoise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelSelection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks by both twins and every vector width, and lays the results side by side. {@code bench/run} starts it. */
public final class Measure {
    private static final String ARENAS = "\\.Arenas\\.";
    private static final String ALL_BUT_ARENAS = "^(?!.*" + ARENAS + ")";
    /** Has no memory of its own to be mixed with another kind. */
    private static final String PREDICTION = "\\.Prediction\\.";

    private static final String PARTS = "\\.Update\\.(sgdUpdate|fold|transpose)|\\.Arenas\\.plan";
    private static final TimeValue QUICK_WARM_UP = TimeValue.seconds(1);
    private static final TimeValue QUICK = TimeValue.milliseconds(200);

    private final boolean quick;
    private final CommandLineOptions asked;

    private Measure(boolean quick, CommandLineOptions asked) {
        this.quick = quick;
        this.asked = asked;
    }

    /**
     * One way to run the benchmarks: a column of the table.
     *
     * @param title its heading
     * @param kernels which twin, or {@code any} for what has none
     * @param memory memory that call sites have seen
     * @param bits vector width, 0 for none
     */
    record Column(String title, String kernels, String memory, int bits) {}

    /**
     * @param args {@code quick} or {@code all}, folder of the results, widths with commas between them or {@code every}, then
     *     options of JMH
     */
    public static void main(String[] args) throws IOException, RunnerException, CommandLineOptionException {
        String set = args[0];
        Path folder = Path.of(args[1]);
        Measure measure =
                new Measure(set.equals("quick"), new CommandLineOptions(Arrays.copyOfRange(args, 3, args.length)));
        List<Column> columns = measure.columns(args[2]);
        Files.createDirectories(folder);
        // What only a part was asked of does not take the place of the whole.
        String name = "jmh-" + set + (args.length > 3 ? "-part" : "");
        Path json = folder.resolve(name + ".json");
        Path markdown = folder.resolve(name + ".md");
        List<RunResult> all = new ArrayList<>();
        Table table = new Table();
        for (Column column : columns) {
            var results = measure.run(column);
            if (results.isEmpty()) {
                continue;
            }
            all.addAll(results);
            table.add(column, results);
            // Written after every column, so that a run that is stopped leaves what it has measured.
            try (PrintStream out = new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
                ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(all);
            }
            String text = "# Kernels, " + set + "\n\n" + table.markdown() + "\n" + machine() + "\n";
            Files.writeString(markdown, text);
        }
        if (all.isEmpty()) {
            System.err.println("No benchmark has such a name; bench/run jmh -l lists those there are.");
            System.exit(2);
        }
        System.out.println();
        System.out.println(Files.readString(markdown));
    }

    private List<Column> columns(String widths) {
        int widest = KernelSelection.ofThisJvm().vectorBits();
        List<Integer> bits = Stream.of(128, 256, 512).filter(b -> b <= widest).toList();
        if (!widths.equals("every")) {
            bits = Stream.of(widths.split(",")).map(Integer::valueOf).toList();
        } else if (quick && !bits.isEmpty()) {
            bits = List.of(bits.getLast());
        }
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("scalar", "scalar", "offHeap", 0));
        bits.forEach(b -> columns.add(new Column(b + " bits", "vector", "offHeap", b)));
        // A quick look does without, unless it was asked of some benchmarks only.
        if (!bits.isEmpty() && !(quick && asked.getIncludes().isEmpty())) {
            int last = bits.getLast();
            columns.add(new Column(last + " bits, mixed", "vector", "mixed", last));
        }
        columns.add(new Column("arenas", "any", "offHeap", 0));
        return columns;
    }

    private List<RunResult> run(Column column) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder().parent(asked).addProfiler(GCProfiler.class).shouldFailOnError(true);
        asked.getExcludes().forEach(options::exclude);
        boolean mixed = column.memory().equals("mixed");
        if (column.kernels().equals("any")) {
            options.exclude(ALL_BUT_ARENAS);
        } else {
            options.exclude(ARENAS).param("kernels", column.kernels()).param("memory", column.memory());
        }
        if (mixed) {
            options.exclude(PREDICTION);
        }
        if (quick && asked.getIncludes().isEmpty()) {
            options.exclude(PARTS);
            param(options, "connection", "convolution");
        }
        if (column.bits() != 0) {
            options.jvmArgsAppend("-Dequipoise.vectorBits=" + column.bits(), "-Dequipoise.requireVector=true");
        }
        if (quick || mixed) {
            param(options, "rate", "0.1");
            param(options, "images", "16");
            param(options, "channels", "128-256");
            param(options, "kibibytes", "64");
        }
        if (quick) {
            hurry(options);
        }
        try {
            return List.copyOf(new Runner(options.build()).run());
        } catch (NoBenchmarksException e) {
            return List.of(); // the pattern that was asked for has none for this column
        }
    }

    private void param(ChainedOptionsBuilder options, String name, String value) {
        if (!asked.getParameter(name).hasValue()) {
            options.param(name, value);
        }
    }

    /** One fork of short iterations, where nothing else was asked for. */
    private void hurry(ChainedOptionsBuilder options) {
        if (!asked.getForkCount().hasValue()) {
            options.forks(1);
        }
        if (!asked.getWarmupIterations().hasValue()) {
            options.warmupIterations(2);
        }
        if (!asked.getWarmupTime().hasValue()) {
            options.warmupTime(QUICK_WARM_UP);
        }
        if (!asked.getMeasurementIterations().hasValue()) {
            options.measurementIterations(3);
        }
        if (!asked.getMeasurementTime().hasValue()) {
            options.measurementTime(QUICK);
        }
    }

    private static String machine() throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        String processor = "unknown processor";
        if (Files.isReadable(cpuinfo)) {
            processor = Files.readAllLines(cpuinfo).stream()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(processor);
        }
        return processor + ", " + Runtime.getRuntime().availableProcessors() + " cores, JDK " + Runtime.version()
                + "; " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "; commit "
                + System.getProperty("equipoise.bench.commit", "unknown") + ".\n\nRemade by: `"
                + System.getProperty("equipoise.bench.command", "bench/run") + "`";
    }
}
