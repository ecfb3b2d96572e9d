package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that nobody receives are no success, unless nobody wants them. */
@Timeout(120)
class StandardOutputTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void open() {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run"), "--epochs", 1).exitCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--help",
                "--version",
                "train --help",
                "completion",
                "config show",
                "config show --json",
                "config keys",
                "info",
                "info --json",
                "data list",
                "train --config @/net.yaml --data @/data --dry-run --no-estimate",
                "train --config @/net.yaml --data @/data --epochs 1 --out @/second --quiet",
                "eval --model @/run",
                "eval --model @/run --json",
                "predict --model @/run @/data/t10k-images-idx3-ubyte",
                "trace --model @/run --input @/data/t10k-images-idx3-ubyte --out @/states",
                "check @/run",
                "report @/run",
                "export --model @/run --out @/exported"
            })
    void aCommandWhoseOutputCannotBeWrittenFails(String arguments) {
        Outcome outcome = printed("No space left on device", arguments);
        assertEquals(1, outcome.exitCode(), outcome.err());
        assertEquals(
                "What was printed could not be written to standard output because no space left on device.",
                outcome.err().lines().toList().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "config keys", "predict --model @/run @/data/t10k-images-idx3-ubyte --json"})
    void aReaderThatHasEnoughIsNoFailure(String arguments) {
        Outcome outcome = printed("Broken pipe", arguments);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("", outcome.err());
    }

    @Test
    void whatFailedBeforeKeepsItsExitCode() {
        Outcome outcome = printed("No space left on device", "train --preset quik");
        assertEquals(2, outcome.exitCode());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
    }

    /** Descriptors of a real process. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config show >/dev/full | 1",
                "config show >/dev/full 2>/dev/full | 1",
                "config show 2>/dev/full | 0",
                "config show --preset none >/dev/full 2>/dev/full | 2",
                "config keys >&- | 1",
                "eval 2>&- | 2"
            })
    void theExitCodeOfAProcessSaysIt(String arguments, int exitCode) throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "a device that is always full");
        Process process = process("\"$@\" " + arguments);
        assertEquals(exitCode, process.waitFor());
    }

    @Test
    void aPipeThatIsClosedStaysQuiet() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "whose exit codes of pipes are read");
        Process process = process("\"$@\" config keys | sleep 0; exit \"${PIPESTATUS[0]}\"");
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), err);
        assertTrue(!err.contains("standard output"), err);
    }

    private static Process process(String script) throws IOException {
        return ProgramProcess.in("/bin/bash", script, ProgramProcess.command()).start();
    }

    /** Runs a command whose standard output always fails. */
    private static Outcome printed(String failure, String arguments) {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(failure);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream out = new StandardOutput(full, StandardCharsets.UTF_8);
        List<String> words = Arrays.stream(arguments.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.replace("@", folder.toString()))
                .toList();
        int exitCode = bench.run(out, CommandHarness.print(err), words.toArray());
        return new Outcome(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }
}
