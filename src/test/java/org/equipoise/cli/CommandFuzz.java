package org.equipoise.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.equipoise.config.Presets;
import org.equipoise.config.SettingsReference;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Commands that nobody would type: options with boundary numbers, names of other things and odd strings. Each must do its work or refuse
 * it in one sentence. Commands that could take long are given a memory budget of a byte, at which they end when their work would begin.
 *
 * <p>{@code main N [SEED]} runs N commands of random bytes and prints how many ended in which way.
 */
public final class CommandFuzz {
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "3",
            "-1",
            "1024",
            "1025",
            "65536",
            "1048576",
            "2147483646",
            "2147483647",
            "2147483648",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "1e9",
            "1e-9",
            "1e308",
            "1e309",
            "0.5",
            "-0.0",
            ".5",
            "5.",
            "NaN",
            "Infinity",
            "-Infinity",
            "0x10",
            "1_000",
            "1,2",
            "007",
            "٣",
            "1B",
            "2kB",
            "8EiB",
            "9999999999TB",
            "64MB");

    private static final List<String> ODD = List.of(
            "",
            " ",
            "-",
            "--",
            "---",
            "@",
            "=",
            "a=b",
            "\0",
            "\n",
            "a\nb",
            "é",
            "😀",
            "\ud800",
            "'",
            "\"",
            "\\",
            "%s",
            "%d%n",
            "$HOME",
            "${sys:user.home}",
            "${DEFAULT-VALUE}",
            "*",
            "..",
            "~",
            "null",
            "true",
            "off",
            "none",
            "[]",
            "{}",
            "[1",
            "{a: b",
            "&a [*a]",
            "!!int 3",
            "CON",
            "x".repeat(5000),
            "١٢",
            "-h",
            "--help",
            "--json",
            "--debug",
            "all",
            "0,1,2",
            ",",
            "0,,1",
            "1-2");

    private static final List<String> WORDS = List.of(
            "test",
            "train",
            "nir",
            "npz",
            "safetensors",
            "average",
            "sum",
            "mpi",
            "ordered",
            "fast",
            "32",
            "16",
            "digits",
            "mnist",
            "cifar10",
            "table2",
            "fig1",
            "fig2",
            "fig3",
            "alpha",
            "depth",
            "bptt",
            "ep",
            "paper-mnist,oconnor-1fc");

    private static final List<String> PLACES = List.of(
            "run",
            "run/last.safetensors",
            "run/metrics.csv",
            "net.yaml",
            "data",
            "data/train-images-idx3-ubyte",
            "data/train-labels-idx1-ubyte",
            "odd.yaml",
            "empty",
            "none",
            "none/below",
            "net.yaml/below",
            "new");

    /** Parents of others, which say how to go on, and what starts processes or asks a network. */
    private static final List<String> LEFT_OUT = List.of("memory-probe");

    private static final List<String> PATHS = List.of(
            "--out",
            "--runs",
            "--resume",
            "--config",
            "--init",
            "--model",
            "--data",
            "--input",
            "--target",
            "--profile",
            "--from",
            "--ladder",
            "--continue");

    private static final CommandHarness BENCH = bench();
    private static final List<CommandSpec> COMMANDS = commands();
    private static final List<String> KEYS = SettingsReference.lines().stream()
            .map(line -> line.key().replace("[]", ".0"))
            .distinct()
            .toList();

    private CommandFuzz() {}

    /**
     * Runs the command that some bytes choose.
     *
     * @param input each byte is a choice
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            run(input);
        }
    }

    /** {@return the exit code of the command that some bytes choose} */
    static int run(byte[] input) {
        List<String> words = new Choices(input).command();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = BENCH.run(CommandHarness.print(out), CommandHarness.print(err), words.toArray());
        String said = err.toString(StandardCharsets.UTF_8);
        boolean refused = exitCode == ExitCode.BAD_INPUT || exitCode == ExitCode.OVER_BUDGET;
        // Progress, and stack traces that were asked for, are lines as well.
        boolean alone = said.lines().count() == 1 || words.contains("fetch") || said.contains(" images");
        boolean sentence = words.contains("--debug") || said.strip().endsWith(".") && alone;
        if (said.contains("Internal error")
                || exitCode < ExitCode.DONE
                || exitCode > ExitCode.OVER_BUDGET
                || refused && !sentence) {
            throw new AssertionError(words + " ended with " + exitCode + ": " + said);
        }
        restore();
        return exitCode;
    }

    /**
     * @param args how many commands, and a seed
     */
    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Map<Integer, Integer> ended = new TreeMap<>();
        int findings = 0;
        for (int i = 0; i < count; i++) {
            byte[] input = input(random);
            try {
                ended.merge(run(input), 1, Integer::sum);
            } catch (AssertionError finding) {
                findings++;
                System.out.println(finding.getMessage());
            }
            if ((i + 1) % 5000 == 0) {
                System.out.println((i + 1) + " commands, " + findings + " findings");
            }
        }
        System.out.println(count + " commands, seed " + seed + ": by exit code " + ended + ", findings " + findings);
        System.exit(findings == 0 ? 0 : 1);
    }

    static byte[] input(RandomGenerator random) {
        byte[] input = new byte[8 + random.nextInt(40)];
        random.nextBytes(input);
        return input;
    }

    private static CommandHarness bench() {
        try {
            Path folder = Files.createTempDirectory("equipoise-commands-");
            CommandHarness bench = CommandHarness.in(folder);
            bench.write("odd.yaml", "network: [1, 2");
            Files.createDirectory(folder.resolve("empty"));
            if (bench.train("--out", bench.path("run"), "--epochs", 1, "--quiet")
                            .exitCode()
                    != 0) {
                throw new IllegalStateException("The run that commands are about could not be trained");
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder, false)));
            return bench;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what a command has made, so that the next one finds the same. */
    private static void restore() {
        delete(BENCH.path("new"), false);
        delete(BENCH.path("none"), false);
        delete(BENCH.path("empty"), true);
    }

    private static void delete(Path folder, boolean contentAlone) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!contentAlone || !file.equals(folder)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<CommandSpec> commands() {
        List<CommandSpec> all = new ArrayList<>();
        Environment nowhere = new Environment(System.out, System.err, false, false, Map.of(), Path.of("/"));
        add(new EquipoiseCommand(nowhere, new Interruption()).commandLine(), all);
        return all;
    }

    private static void add(CommandLine command, List<CommandSpec> all) {
        if (!LEFT_OUT.contains(command.getCommandName())) {
            all.add(command.getCommandSpec());
        }
        command.getSubcommands().values().forEach(below -> add(below, all));
    }

    /** Bytes as choices; none is left after the last. */
    private static final class Choices {
        private final byte[] input;
        private int next;

        Choices(byte[] input) {
            this.input = input;
        }

        private int below(int bound) {
            if (next >= input.length) {
                return 0;
            }
            int high = bound > 256 && next + 1 < input.length ? Byte.toUnsignedInt(input[next++]) << 8 : 0;
            return (high | Byte.toUnsignedInt(input[next++])) % bound;
        }

        private boolean left() {
            return next < input.length;
        }

        private <T> T of(List<T> values) {
            return values.get(below(values.size()));
        }

        List<String> command() {
            CommandSpec command = of(COMMANDS);
            List<String> words = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
            words.removeFirst();
            int options = below(6);
            List<String> given = new ArrayList<>();
            for (int i = 0; i < options && left() && !command.options().isEmpty(); i++) {
                OptionSpec option = of(command.options());
                if ((option.usageHelp() || option.versionHelp()) && below(10) != 0) {
                    continue; // whatever else is said, they end the command
                }
                given.add(option.longestName());
                words.add(option.longestName());
                if (option.arity().max() > 0 && below(20) != 0) {
                    words.add(value(option));
                }
            }
            safe(command, given, words);
            if (!command.positionalParameters().isEmpty()) {
                int count = below(4);
                for (int i = 0; i < count; i++) {
                    words.add(value(command.positionalParameters().getFirst()));
                }
            } else if (below(20) == 19) {
                words.add(of(ODD));
            }
            return words;
        }

        /** Lets commands end before they write anywhere else, ask a network, or work for long. */
        private void safe(CommandSpec command, List<String> given, List<String> words) {
            for (String option : List.of("--max-memory", "--out", "--runs", "--from")) {
                OptionSpec known = command.findOption(option);
                if (known == null || given.contains(option)) {
                    continue;
                }
                words.add(option);
                words.add(
                        option.equals("--max-memory") ? "1B" : BENCH.path("new").toString());
            }
            if (command.findOption("--data") != null && !given.contains("--data") && below(20) != 0) {
                words.add("--data=" + BENCH.path("data")); // reads faster than the usual data set
            }
            if (command.name().equals("memory")) {
                words.add("--time-steps=0"); // its rows are processes of their own
            }
            if (given.contains("--max-memory") && command.findOption("--max-memory") != null) {
                words.add("--threads=0"); // work that has the memory could begin
            }
            if (command.findOption("--estimate") != null) {
                words.add("--no-estimate");
            }
        }

        private String value(ArgSpec argument) {
            String name = argument instanceof OptionSpec option ? option.longestName() : "";
            int kind = below(10);
            if (name.equals("--set")) {
                return kind == 0
                        ? of(ODD)
                        : of(KEYS) + (kind == 1 ? "" : "=") + of(kind < 6 ? NUMBERS : kind < 9 ? WORDS : ODD);
            }
            if (name.equals("--preset")) {
                return kind < 6 ? of(Presets.names()) : of(ODD);
            }
            if (PATHS.contains(name) || name.isEmpty()) {
                boolean written = PATHS.indexOf(name) < 3 && !name.isEmpty();
                return kind < 8 || written ? BENCH.path(of(PLACES)).toString() : of(kind == 8 ? ODD : WORDS);
            }
            return of(kind < 6 ? NUMBERS : kind < 8 ? WORDS : ODD);
        }
    }
}
