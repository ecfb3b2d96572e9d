package org.equipoise.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLimitsTest {
    @TempDir
    private Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void limits(String addresses, String data, String processes) throws IOException {
        file("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max data size             %s            unlimited            bytes
                Max processes             %s                62804                processes
                Max address space         %s            unlimited            bytes
                """.formatted(data, processes, addresses));
    }

    @Test
    void theLimitThatStandsInTheWayIsNamed() throws IOException {
        limits("4096000000", "unlimited", "30");
        file("proc/self/status", "Name:\tjava\nVmSize:\t 2000000 kB\n");
        ProcessLimits limits = new ProcessLimits(root);

        assertEquals("the limit of 4,096 MB on the addresses of a process (ulimit -v)", limits.ofMemory());
        assertEquals(OptionalLong.of(4_096_000_000L - 2_048_000_000 - 128_000_000), limits.addressesLeft());
        assertEquals("the limit of 30 processes and threads of a user (ulimit -u)", limits.ofThreads());

        limits("unlimited", "512000000", "unlimited");
        assertEquals("the limit of 512 MB on the data of a process (ulimit -d)", limits.ofMemory());
        assertEquals(OptionalLong.empty(), limits.addressesLeft());
        assertEquals("the system's limit of processes and threads", limits.ofThreads());
    }

    @Test
    void controlGroupsAroundThisOneCount() throws IOException {
        limits("unlimited", "unlimited", "62804");
        file("proc/self/cgroup", "9:cpu,pids:/jobs/7\n");
        file("sys/fs/cgroup/pids/jobs/7/pids.max", "max\n");
        file("sys/fs/cgroup/pids/jobs/pids.max", "40\n");
        assertEquals(
                "the limit of 40 processes and threads of this control group (pids.max)",
                new ProcessLimits(root).ofThreads());

        file("proc/self/cgroup", "0::/jobs/8\n");
        file("sys/fs/cgroup/jobs/8/pids.max", "20\n");
        assertEquals(
                "the limit of 20 processes and threads of this control group (pids.max)",
                new ProcessLimits(root).ofThreads());
    }

    @Test
    void aSystemThatSaysNothingHasNone() {
        ProcessLimits limits = new ProcessLimits(root);
        assertEquals("", limits.ofMemory());
        assertEquals(OptionalLong.empty(), limits.addressesLeft());
        assertEquals("the system's limit of processes and threads", limits.ofThreads());
    }
}
