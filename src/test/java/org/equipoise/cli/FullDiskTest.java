package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose system refuses to let files grow, as a full disk does. */
@Timeout(60)
class FullDiskTest {
    @TempDir
    Path folder;

    @Test
    void aRunThatCannotBeSavedSaysSoAndKeepsItsCheckpoint() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the limit is set by a shell");
        CommandHarness bench = CommandHarness.in(folder);
        Path run = bench.path("run");
        bench.train("--out", bench.path("whole"), "--epochs", 3);
        bench.train("--out", run, "--epochs", 2);
        assertTrue(Files.size(run.resolve("last.safetensors")) > 4096);

        Process process = limited("train", "--resume", run.toString(), "--epochs", "3", "--quiet");
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, process.waitFor(), err.toString());
        assertTrue(
                err.getLast().startsWith(run.resolve("last.safetensors") + " could not be written: "), err.toString());
        assertTrue(err.getLast().endsWith("its last checkpoint is kept, from which --resume goes on."), err.toString());

        assertEquals(0, bench.run("check", run).exitCode());
        assertEquals(0, bench.run("train", "--resume", run, "--epochs", 3).exitCode());
        TrainCommandTest.assertSameTensors(bench.path("whole/last.safetensors"), run.resolve("last.safetensors"));
    }

    /** Their file would grow beyond what a checkpoint of the small network takes, and before anything is trained. */
    @Test
    void particlesThatDoNotFitAreToldOfBeforeTraining() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the limit is set by a shell");
        Path run = folder.resolve("run");
        Process process = limited(
                "train",
                "--preset",
                "scellier-1fc",
                "--data",
                "digits",
                "--train-limit",
                "20",
                "--set",
                "training.particles=file",
                "--out",
                run.toString(),
                "--quiet");
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, process.waitFor(), err.toString());
        String message = err.getLast();
        assertTrue(message.startsWith("The particles of 20 examples need a file of "), message);
        assertTrue(message.contains(" in " + run + ", which could not be written: "), message);
        assertEquals(message.length() - 1, message.indexOf(". ") < 0 ? message.lastIndexOf('.') : -1, message);
        try (var left = Files.list(run)) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.getFileName().toString().endsWith(".tmp"))
                            .toList());
        }
    }

    /** Files of this process may have at most 4096 bytes. */
    private static Process limited(String... arguments) throws Exception {
        List<String> command = ProgramProcess.command("-XX:-UsePerfData", "-Dequipoise.kernels=scalar");
        command.addAll(List.of(arguments));
        return ProgramProcess.in("/bin/sh", "ulimit -f 8 && exec \"$@\"", command)
                .start();
    }
}
