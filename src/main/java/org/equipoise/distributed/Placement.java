package org.equipoise.distributed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/**
 * Where ranks run.
 *
 * @param hosts on how many machines
 * @param ranksHere how many of the ranks run on this one
 * @param processorsHere how many processors this machine has
 */
public record Placement(int hosts, int ranksHere, int processorsHere) {
    private static final Path HOST = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /**
     * Involves all ranks.
     *
     * @param communicator the ranks
     * @return where they run
     */
    public static Placement of(Communicator communicator) {
        long[] here = host();
        long[][] all = communicator.gather(here);
        int ranksHere = (int)
                Arrays.stream(all).filter(there -> Arrays.equals(there, here)).count();
        int hosts = (int) Arrays.stream(all).map(Arrays::toString).distinct().count();
        return new Placement(hosts, ranksHere, processors());
    }

    /** A number that every start of a machine draws anew tells machines apart, whatever they are called. */
    private static long[] host() {
        try {
            UUID boot = UUID.fromString(
                    Files.readString(HOST, StandardCharsets.US_ASCII).strip());
            return new long[] {boot.getMostSignificantBits(), boot.getLeastSignificantBits()};
        } catch (IOException | IllegalArgumentException e) {
            return new long[2];
        }
    }

    private static int processors() {
        try (var lines = Files.lines(PROCESSORS, StandardCharsets.UTF_8)) {
            int found = (int) lines.filter(line -> line.startsWith("processor")).count();
            return Math.max(found, Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /**
     * How many threads a rank should have: as many as it may use processors, or a fair part of the machine where the ranks on it are
     * not bound to processors of their own.
     *
     * @param available the processors that this process may use
     * @return the threads
     */
    public int threads(int available) {
        boolean bound = (long) available * ranksHere <= processorsHere;
        return bound ? available : Math.max(1, Math.min(available, processorsHere / ranksHere));
    }
}
