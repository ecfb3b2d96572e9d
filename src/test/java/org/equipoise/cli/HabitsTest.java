package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Presets;
import org.equipoise.config.SettingsReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Habits that people and shells count on: completion, colours, written-out settings, lines of complaints, estimates, exit codes. */
class HabitsTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void open() {
        bench = CommandHarness.in(folder);
    }

    /** Asks bash itself what it would complete a line to. */
    private static List<String> completions(String line) throws Exception {
        bench.write("completion.bash", bench.run("completion").out());
        String ask = """
                source "$0"
                read -ra COMP_WORDS <<<"$1"
                case $1 in *' ') COMP_WORDS+=('') ;; esac
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$1 COMP_POINT=${#1}
                [ "$(complete -p equipoise)" ] || exit 1
                function=$(complete -p equipoise | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
                compopt() { :; } # works within a completion under way alone
                "$function" equipoise "${COMP_WORDS[COMP_CWORD]}" ''
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        Process bash = new ProcessBuilder(
                        "bash", "-c", ask, folder.resolve("completion.bash").toString(), line)
                .redirectErrorStream(true)
                .start();
        bash.getOutputStream().close();
        List<String> lines = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
        assertEquals(0, bash.waitFor(), lines.toString());
        return lines;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void bashCompletesCommandsOptionsAndPresets() throws Exception {
        List<String> commands = completions("./equipoise tra");
        assertEquals(
                List.of("train", "trace"),
                commands.stream().sorted((a, b) -> b.compareTo(a)).toList());
        assertTrue(completions("./equipoise ").contains("completion"));
        assertFalse(
                completions("./equipoise ").contains(MemoryCommand.Probe.NAME), "what is hidden from help stays so");
        assertEquals(List.of("--checkpoint-minutes"), completions("./equipoise train --che"));
        assertEquals(List.of("show"), completions("./equipoise config s"));
        assertTrue(completions("./equipoise train --preset pa")
                .containsAll(List.of("paper-mnist", "paper-fashion-mnist")));
    }

    private static String help(boolean terminal, Map<String, String> variables) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertEquals(
                0,
                Main.run(
                        new String[] {"train", "--help"},
                        new Environment(stream, stream, terminal, terminal, variables, folder)));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void coloursAreForTerminalsAndTheirUsersAlone() {
        String escape = "\u001b[";
        assertTrue(help(true, Map.of()).contains(escape));
        assertTrue(help(true, Map.of("NO_COLOR", "")).contains(escape));
        assertFalse(help(false, Map.of()).contains(escape));
        assertFalse(help(true, Map.of("NO_COLOR", "1")).contains(escape));
        assertFalse(help(true, Map.of("TERM", "dumb")).contains(escape));
    }

    static Stream<String> presets() {
        return Presets.names().stream();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everySettingIsWrittenOutAndReadsBack(String preset) {
        String yaml = bench.run("config", "show", "--preset", preset).out();
        List<String> keys = SettingsReference.lines().stream()
                .filter(line -> line.when().isEmpty()
                        || yaml.contains("{conv: ") && line.when().equals("conv"))
                .map(SettingsReference.Line::key)
                .toList();
        assertTrue(keys.size() > 30);
        for (String key : keys) {
            assertTrue(yaml.contains(key.substring(key.lastIndexOf('.') + 1) + ":"), key + " in\n" + yaml);
        }
        assertEquals(Presets.read(preset, List.of()), ConfigurationReader.read(yaml, "what was shown", List.of()));
        assertEquals(
                yaml,
                bench.run(
                                "config",
                                "show",
                                "--config",
                                bench.write("shown.yaml", yaml.getBytes(StandardCharsets.UTF_8)))
                        .out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "beta: 0.9          | beta: -0.9           | phases.beta              | 4",
                "free: 12           | free: 0              | phases.free              | 4",
                "nudge: 6           | nudge: six           | phases.nudge             | 4",
                "nudge: 6           | nudges: 6            | phases.nudges            | 4",
                "batch: 7           | batch: -7            | training.batch           | 6",
                "momentum: 0.5      | momentum: 1.5        | learning.momentum        | 5",
                "momentum: 0.5      | decay: 2             | learning.decay           | 5",
                "[0.2, 0.1, 0.1]    | [0.2, 0.1]           | learning.rates           | 5",
                "[0.2, 0.1, 0.1]    | [0.2, 0.1, -1]       | learning.rates           | 5",
                "epsilon: 0.2       | epsilon: 1.2         | epsilon                  | 3",
                "conv: 4            | conv: 0              | conv: 0                  | 2",
                "avg2               | avg1                 | pool: avg1               | 2",
                "[1, 8, 8]          | [1, 8, 0]            | network.input            | 1",
                "upsampling: 1.0    | upsampling: -1       | network.upsampling       | 2",
                "upsampling: 1.0    | feedback: 0          | network.feedback         | 2",
            })
    void complaintsNameTheKeyAndTheLine(String old, String bad, String key, int line) {
        String text =
                CommandHarness.NETWORK.replace("], layers", "],\n  layers").replace(old, bad);
        bench.write("bad.yaml", text.getBytes(StandardCharsets.UTF_8));
        Outcome outcome = bench.run("config", "show", "--config", bench.path("bad.yaml"));
        assertEquals(2, outcome.exitCode(), outcome.out());
        assertTrue(outcome.err().contains(key), outcome.err());
        assertTrue(outcome.err().contains("bad.yaml line " + line + ")"), outcome.err());
        assertEquals(1, outcome.err().lines().count());
    }

    @Test
    void aDryRunEstimatesTheTimeOfAllStepsAndMakesNothing() {
        Outcome outcome = bench.train("--dry-run", "--estimate", 0.02, "--epochs", 10, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        JsonNode estimate = JsonMapper.shared().readTree(outcome.out()).get("estimate");
        assertEquals(
                10 * (60 * (12 + 2 * 6) + 30 * 12), estimate.get("sampleSteps").asLong());
        assertEquals(10 * 9, estimate.get("updates").asLong());
        double settling = estimate.get("sampleSteps").asDouble()
                / estimate.get("sampleStepsPerSecond").asDouble();
        assertTrue(settling > 0 && estimate.get("seconds").asDouble() >= settling, outcome.out());
        assertTrue(estimate.get("measuredSeconds").asDouble() >= 0.01, outcome.out());
        String text = bench.train("--dry-run", "--estimate", 0.02).out();
        assertTrue(text.lines().toList().getLast().matches("about .+ for 18 updates and .+"), text);
        assertFalse(bench.train("--dry-run", "--no-estimate").out().contains("about"));
        assertEquals(2, bench.train("--dry-run", "--estimate", "-1").exitCode());
    }

    @Test
    void roughTimesHaveTheUnitThatPeopleWouldUse() {
        assertArrayEquals(
                new String[] {
                    "1 s", "119 s", "2 minutes", "119 minutes", "2.0 hours", "47.9 hours", "2.0 days", "31.5 days"
                },
                Stream.of(0.2, 118.7, 121.0, 7_140.0, 7_200.0, 172_500.0, 172_800.0, 2_721_600.0)
                        .map(Text::roughTime)
                        .toArray());
    }

    /** Scripts depend on these numbers. */
    @Test
    void exitCodesStayWhatTheyAre() {
        assertArrayEquals(new int[] {0, 1, 2, 3, 130}, new int[] {
            ExitCode.DONE, ExitCode.FAILED, ExitCode.BAD_INPUT, ExitCode.OVER_BUDGET, ExitCode.INTERRUPTED
        });
        assertEquals(0, bench.run("info").exitCode());
        assertEquals(2, bench.run("trian").exitCode());
        assertTrue(bench.run("trian").err().contains("perhaps 'train' was meant"));
        assertEquals(3, bench.train("--dry-run", "--max-memory", "1kB").exitCode());
        String help = bench.run("--help").out();
        for (String code :
                List.of("0 done", "1 the work failed", "2 wrong usage", "3 over the memory budget", "130 ")) {
            assertTrue(help.contains(code), help);
        }
    }
}
