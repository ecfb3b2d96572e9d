package org.equipoise.distributed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** How ranks are placed on machines. */
public record Placement(int hosts, int ranksHere, int processorsHere) {
    private static final Path HOST = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** Finds the placement. Collective. */
    public static Placement of(Communicator communicator) {
        long[] here = host();
        long[][] all = communicator.gather(here);
        int ranksHere = (int)
                Arrays.stream(all).filter(there -> Arrays.equals(there, here)).count();
        int hosts = (int) Arrays.stream(all).map(Arrays::toString).distinct().count();
        return new Placement(hosts, ranksHere, processors());
    }

    /** Machines are told apart by the random number that each draws when it boots, since names may be equal. */
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
     * Chooses the threads of a rank: one for each available processor if ranks are bound to processors of their own, else an equal part
     * of the machine's processors.
     *
     * @param available the number of processors that this process may use
     */
    public int threads(int available) {
        boolean bound = (long) available * ranksHere <= processorsHere;
        return bound ? available : Math.max(1, Math.min(available, processorsHere / ranksHere));
    }
}
