package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.memory.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Processes to which the system gives less memory than the machine has. */
class ScarceMemoryTest {
    private static final long CONTAINER = 600_000_000;

    @TempDir
    Path folder;

    private static Process java(String before, String... arguments) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the limit is set by a shell");
        List<String> command = ProgramProcess.command("-Xmx200m", "-Dequipoise.kernels=scalar");
        command.addAll(List.of(arguments));
        return ProgramProcess.in("/bin/sh", before + " && exec \"$@\"", command).start();
    }

    /** The budget allows what the system then does not give. */
    @Test
    void memoryThatTheSystemDoesNotGiveEndsInOneSentence() throws Exception {
        Path run = folder.resolve("run");
        Process process = java(
                "ulimit -v 8000000",
                "train",
                "--data",
                "digits",
                "--batch",
                "1000000",
                "--max-memory",
                "100TB",
                "--quiet",
                "--out",
                run.toString());
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(ExitCode.OVER_BUDGET, process.waitFor(), err.toString());
        assertTrue(err.getLast().startsWith("The machine could not give the "), err.toString());
        assertTrue(err.getLast().contains(", within the limit of 8,192 MB on the addresses of a process (ulimit -v),"));
        assertTrue(err.getLast().endsWith(" needs."), err.toString());
        assertFalse(Files.exists(run), "nothing is left");
    }

    /** Shared clusters limit the addresses of a process, and the budget is what is left of them. */
    @Test
    void aBudgetThatALimitOfTheShellMakesNamesIt() throws Exception {
        Process process =
                java("ulimit -v 4000000", "train", "--data", "digits", "--batch", "1000000", "--quiet", "--out", "run");
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(ExitCode.OVER_BUDGET, process.waitFor(), err.toString());
        String limit = " within the limit of 4,096 MB on the addresses of a process (ulimit -v) (largest accounts: ";
        assertTrue(err.getLast().contains(limit), err.toString());
    }

    /** The default budget is that of the container, less the Java heap: of a control group of this system, where one may be made. */
    @Test
    void aContainersLimitIsTheBudget() throws Exception {
        Path group = group();
        assumeTrue(group != null, "no control group with a limit of memory can be made here");
        try {
            String enter = "echo $$ > " + group.resolve("cgroup.procs");
            Process info = java(enter, "info", "--json");
            String out = String.join(
                    "", info.inputReader(StandardCharsets.UTF_8).lines().toList());
            assertEquals(ExitCode.DONE, info.waitFor(), out);
            JsonNode machine = JsonMapper.shared().readTree(out);
            long memory = machine.get("memoryBytes").asLong();
            assertTrue(memory <= CONTAINER && memory > CONTAINER - 8192, out);

            Process large = java(enter, "train", "--data", "digits", "--batch", "1000000", "--quiet");
            List<String> err = large.errorReader(StandardCharsets.UTF_8).lines().toList();
            assertEquals(ExitCode.OVER_BUDGET, large.waitFor(), err.toString());
            long budget = memory - machine.get("maxHeapBytes").asLong();
            assertTrue(err.getLast().contains("but may use " + MemorySize.format(budget) + " "), err.toString());
        } finally {
            Files.delete(group);
        }
    }

    private static Path group() {
        for (String[] version :
                new String[][] {{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"}, {"/sys/fs/cgroup", "memory.max"}}) {
            Path group = Path.of(
                    version[0], "equipoise-test-" + ProcessHandle.current().pid());
            if (!Files.isWritable(group.getParent()) || !Files.exists(group.resolveSibling("cgroup.procs"))) {
                continue;
            }
            try {
                Files.createDirectory(group);
                try {
                    Files.writeString(group.resolve(version[1]), Long.toString(CONTAINER));
                    return group;
                } catch (IOException e) {
                    Files.delete(group);
                }
            } catch (IOException e) {
                // Not allowed: the next version, or none.
            }
        }
        return null;
    }
}
