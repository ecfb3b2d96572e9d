package org.equipoise.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.reliability.KillExperiment.Kill;
import org.equipoise.reliability.KillExperiment.Moment;
import org.equipoise.reliability.KillExperiment.Outcome;

/** Runs the kill test in its long form and writes down what came of it; started by {@code bench/kill-test}. */
public final class KillTestMain {
    private static final int EPOCHS = 4;

    private KillTestMain() {}

    /**
     * @param args number of kills, seed, folder of the report, the command to remake it and the commit
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int kills = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        Path report = Files.createDirectories(Path.of(args[2]));
        Path folder = Files.createTempDirectory("equipoise-kill-test-");
        KillExperiment experiment = new KillExperiment(folder, EPOCHS, seed, arithmetics());
        experiment.run(kills, () -> {
            Outcome outcome = experiment.outcome();
            System.err.println(outcome.kills().size() + " of " + kills + ": "
                    + csv(outcome.kills().getLast()));
            // Written after every kill, so that a test that is stopped leaves what it has found.
            write(report.resolve("kill-test.csv"), table(outcome));
            write(report.resolve("kill-test.md"), text(outcome, seed, args[3], args[4]));
        });
        Files.delete(folder.resolve("small.yaml"));
        Files.delete(folder);
    }

    /** Scalar kernels four times as often as vectors of each width that the processor has, whose code takes long to compile. */
    private static List<String> arithmetics() {
        int widest = KernelSelection.ofThisJvm().vectorBits();
        return Stream.of("scalar", "scalar", "scalar", "scalar", "128", "256", "512")
                .filter(bits -> bits.equals("scalar") || Integer.parseInt(bits) <= widest)
                .toList();
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> table(Outcome outcome) {
        List<String> lines = new ArrayList<>(
                List.of("kill,aimedAt,arithmetic,threads,processMillis,leftUnfinishedFile,epochsSaved,batchesSaved"));
        for (Kill kill : outcome.kills()) {
            lines.add(lines.size() + "," + csv(kill));
        }
        return lines;
    }

    private static String csv(Kill kill) {
        return String.join(
                ",",
                kill.moment().name().toLowerCase(Locale.ROOT),
                kill.arithmetic(),
                Integer.toString(kill.threads()),
                Long.toString(kill.millis()),
                Boolean.toString(kill.unfinished()),
                Integer.toString(kill.epochs()),
                Integer.toString(kill.batches()));
    }

    private static List<String> text(Outcome outcome, long seed, String command, String commit) {
        List<Kill> kills = outcome.kills();
        List<String> lines = new ArrayList<>(List.of(
                "# Kill test",
                "",
                kills.size() + " training processes were killed by SIGKILL at random moments (seed " + seed
                        + "). After every kill "
                        + "`check` found the folder whole, and a copy of it, trained to its end in another process, ended with the "
                        + "same parameters, optimiser state and metrics as a run that nothing interrupted; so did the "
                        + outcome.ended() + " runs that were killed again and again until they ended by themselves.",
                "",
                "| killed | times |",
                "|---|---|"));
        for (Moment moment : Moment.values()) {
            lines.add("| while " + moment.name().toLowerCase(Locale.ROOT) + " | "
                    + count(kills, kill -> kill.moment() == moment) + " |");
        }
        lines.add(
                "| of these, inside a write: a half-written file was left | " + count(kills, Kill::unfinished) + " |");
        lines.add("| of these, before the first checkpoint | " + count(kills, kill -> kill.epochs() < 0) + " |");
        for (String arithmetic : List.of("scalar", "128", "256", "512")) {
            lines.add(
                    "| processes with " + (arithmetic.equals("scalar") ? "scalar kernels" : arithmetic + "-bit vectors")
                            + " | " + count(kills, kill -> kill.arithmetic().equals(arithmetic)) + " |");
        }
        lines.addAll(List.of(
                "",
                "The common end:",
                "",
                "```",
                String.join("\n", outcome.end()),
                "```",
                "",
                "Every kill is a line of [kill-test.csv](kill-test.csv). Remade by `" + command + "` (commit " + commit
                        + ", Java "
                        + Runtime.version().feature() + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
                        + "); moments depend on the speed of the machine as well as on the seed."));
        return lines;
    }

    private static long count(List<Kill> kills, Predicate<Kill> which) {
        return kills.stream().filter(which).count();
    }
}
