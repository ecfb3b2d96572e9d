package org.equipoise.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.experiment.ResidentMemory;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.training.Machine;
import org.equipoise.training.Progress;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;

/**
 * Trains for thousands of batches in one JVM, opening and closing a run again and again, and fails if its memory goes on growing; started
 * by {@code bench/soak}.
 */
public final class SoakMain {
    private static final int SAMPLES = 400;
    private static final int BATCHES_OF_A_RUN = 250;

    /** By how much the last quarter may lie above the second: what compiled code and the collector's mood add. */
    private static final double MAX_GROWTH = 1.05;

    private static final String SETTINGS = """
            network: {input: [1, 28, 28], layers: [{conv: 4, kernel: 5, stride: 3}, {linear: 16}, {linear: 10}]}
            neuron: {kind: sigma-delta, epsilon: 0.5, lambda: 0.6}
            phases: {free: 5, nudge: 3, beta: 0.9}
            learning: {rates: [0.2, 0.1, 0.1], momentum: 0.5}
            training: {batch: 4, epochs: 50, seed: 7}
            """;

    private final int wanted;
    private final int every;
    private final Ledger ledger = Ledger.unlimited();
    private final List<Sample> samples = new ArrayList<>();
    private int done;

    private SoakMain(int wanted) {
        this.wanted = wanted;
        this.every = Math.max(1, wanted / SAMPLES);
    }

    /**
     * What was held after so many batches.
     *
     * @param batches done so far, over all runs
     * @param residentBytes physical memory of the process
     * @param offHeapBytes what the ledger says
     */
    private record Sample(int batches, long residentBytes, long offHeapBytes) {}

    /**
     * @param args number of batches, folder of the report, the command to remake it and the commit
     */
    public static void main(String[] args) throws IOException {
        SoakMain soak = new SoakMain(Integer.parseInt(args[0]));
        Path folder = Files.createTempDirectory("equipoise-soak-");
        Dataset digits = new Catalogue(folder.resolve("none"), List.of())
                .open("digits")
                .limitTrain(20)
                .limitTest(10);
        int runs = 0;
        while (soak.done < soak.wanted) {
            soak.train(folder.resolve("run"), digits);
            runs++;
        }
        Files.delete(folder);
        boolean plateau = soak.report(Files.createDirectories(Path.of(args[1])), runs, args[2], args[3]);
        System.exit(plateau ? 0 : 1);
    }

    private void train(Path run, Dataset digits) throws IOException {
        Configuration configuration = ConfigurationReader.read(SETTINGS, "soak", List.of());
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), 2, ledger);
        try (TrainingRun training = TrainingRun.begin(configuration, digits, machine, () -> run, null)) {
            int until = Math.min(wanted, done + BATCHES_OF_A_RUN);
            training.train(() -> done >= until, Duration.ofDays(1), new TrainingListener() {
                @Override
                public void batchDone(Progress progress, int all, double[] rates, double speed) {
                    done++;
                    if (done % every == 0) {
                        sample();
                    }
                }
            });
        }
        if (ledger.currentBytes() != 0) {
            throw new AssertionError("A closed run has left " + ledger.openPlans());
        }
        SmallRun.delete(run);
    }

    private void sample() {
        long resident = ResidentMemory.ofThisProcess().orElseThrow().currentBytes();
        samples.add(new Sample(done, resident, ledger.currentBytes()));
    }

    private long median(int quarter) {
        long[] sizes = samples.subList(samples.size() * quarter / 4, samples.size() * (quarter + 1) / 4).stream()
                .mapToLong(Sample::residentBytes)
                .sorted()
                .toArray();
        return Arrays.stream(sizes).skip(sizes.length / 2).findFirst().orElseThrow();
    }

    /** Writes what was found. {@return whether memory has stopped growing} */
    private boolean report(Path folder, int runs, String command, String commit) throws IOException {
        List<String> table = new ArrayList<>(List.of("batches,residentBytes,offHeapBytes"));
        samples.forEach(
                sample -> table.add(sample.batches() + "," + sample.residentBytes() + "," + sample.offHeapBytes()));
        Files.write(folder.resolve("soak.csv"), table);
        double growth = (double) median(3) / median(1);
        List<String> text = List.of(
                "# Soak",
                "",
                done + " batches in one process, in " + runs + " runs that were opened, tested, saved and closed.",
                "",
                "| quarter | median of the resident memory |",
                "|---|---|",
                "| first | " + megabytes(median(0)) + " |",
                "| second | " + megabytes(median(1)) + " |",
                "| third | " + megabytes(median(2)) + " |",
                "| last | " + megabytes(median(3)) + " |",
                "",
                String.format(
                        Locale.ROOT,
                        "The last is %.1f %% of the second; at most %.0f %% were allowed. The ledger was at zero after every run.",
                        100 * growth,
                        100 * MAX_GROWTH),
                "",
                "All samples are in [soak.csv](soak.csv). Remade by `" + command + "` (commit " + commit + ", Java "
                        + Runtime.version().feature() + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch") + ").");
        Files.write(folder.resolve("soak.md"), text);
        text.forEach(System.out::println);
        return growth <= MAX_GROWTH;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
