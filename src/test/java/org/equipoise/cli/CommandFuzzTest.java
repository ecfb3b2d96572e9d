package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of {@link CommandFuzz}, and what it has found. */
class CommandFuzzTest {
    private static final int COMMANDS = 300;

    @TempDir
    Path folder;

    @Test
    void commandsOfRandomWordsEndInWorkOrASentence() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        Set<Integer> ended = new HashSet<>();
        for (int i = 0; i < COMMANDS; i++) {
            ended.add(CommandFuzz.run(CommandFuzz.input(random)));
        }
        assertTrue(ended.contains(ExitCode.DONE) && ended.contains(ExitCode.BAD_INPUT), ended.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train", "eval run", "bench", "gradcheck", "memory", "trace run --input x --out y", "report run"
            })
    void threadsThatNoMachineHasAreRefused(String command) {
        CommandHarness bench = CommandHarness.in(folder);
        for (String threads : new String[] {"2147483647", "2147483648", "1025", "0", "-1", ""}) {
            Outcome outcome = bench.run((Object[]) (command + " --threads=" + threads).split(" "));
            assertEquals(2, outcome.exitCode(), outcome.err());
            assertTrue(outcome.err().contains("a number of threads from 1 to 1024 was expected"), outcome.err());
        }
    }

    /** A label before a path hides it from the converter of paths. */
    @Test
    void pathsThatTheSystemCannotHaveAreRefused() {
        CommandHarness bench = CommandHarness.in(folder);
        for (String path : new String[] {"a=\0", "\0", "a=", "=", ""}) {
            Outcome outcome = bench.run("compare", path, "--out", bench.path("new"));
            assertEquals(2, outcome.exitCode(), outcome.err());
            assertEquals(1, outcome.err().lines().count(), outcome.err());
        }
    }
}
