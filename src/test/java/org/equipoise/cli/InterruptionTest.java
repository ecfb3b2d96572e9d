package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals to a real process. */
@Timeout(60)
class InterruptionTest {
    private static final int EPOCHS = 40;
    private static final int SIGINT = 2;

    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void trainWithoutInterruption() {
        bench = CommandHarness.in(folder);
        assertEquals(
                0, bench.train("--out", bench.path("whole"), "--epochs", EPOCHS).exitCode());
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void anInterruptedRunIsSavedAndGoesOnToTheSameEnd(String signal, int exitCode) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "signals are sent with kill");
        assumeTrue(!signal.equals("INT") || !interruptsAreIgnored(), "a process in the background ignores SIGINT");
        Path run = bench.path(signal);
        Process process = start(run);
        StringBuilder err = new StringBuilder();
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                err.append(line).append('\n');
                if (line.startsWith("epoch 2 of")) {
                    kill(signal, process.pid());
                }
                line = lines.readLine();
            }
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(exitCode, process.exitValue(), err.toString());
        assertTrue(err.toString().contains("'./equipoise train --resume " + run + "' goes on"), err.toString());

        CommandHarness.Outcome resumed = bench.run("train", "--resume", run, "--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        TrainCommandTest.assertSameTensors(bench.path("whole/last.safetensors"), run.resolve("last.safetensors"));
        TrainCommandTest.assertSameTensors(bench.path("whole/best.safetensors"), run.resolve("best.safetensors"));
    }

    @Test
    void aProcessEndsWithTheExitCodeOfItsCommand() throws Exception {
        Process process = java("train", "--preset", "quik").start();
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, process.waitFor());
        assertTrue(err.getLast().startsWith("There is no preset 'quik'"), err.toString());
    }

    @Test
    void aPipeGetsNoColours() throws Exception {
        Process process = java("train", "--help").start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertTrue(out.contains("--checkpoint-minutes"), out);
        assertTrue(out.indexOf('\u001b') < 0, "escape sequences");
    }

    private Process start(Path run) throws IOException {
        return java(
                        "train",
                        "--config",
                        folder.resolve("net.yaml").toString(),
                        "--data",
                        folder.resolve("data").toString(),
                        "--epochs",
                        Integer.toString(EPOCHS),
                        "--out",
                        run.toString())
                .start();
    }

    private static ProcessBuilder java(String... arguments) {
        // Quicker to start, and of the same result.
        List<String> command = ProgramProcess.command("-Dequipoise.kernels=scalar");
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static void kill(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
                .inheritIO()
                .start()
                .waitFor();
    }

    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (SIGINT - 1) & 1) == 1);
    }
}
