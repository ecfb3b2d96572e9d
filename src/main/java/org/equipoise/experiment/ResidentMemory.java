package org.equipoise.experiment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The physical memory of a process as Linux counts it: Java heap, compiled code, thread stacks and off-heap arenas together.
 *
 * @param currentBytes what it holds now ({@code VmRSS} of proc(5))
 * @param peakBytes the most it has held ({@code VmHWM})
 */
public record ResidentMemory(long currentBytes, long peakBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern FIELD = Pattern.compile("^(VmRSS|VmHWM):\\s*(\\d+) kB$", Pattern.MULTILINE);
    private static final int KIBIBYTE = 1024;

    /** {@return that of this process, or nothing where the system does not say} */
    public static Optional<ResidentMemory> ofThisProcess() {
        try {
            return Files.isReadable(STATUS)
                    ? parse(Files.readString(STATUS, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@return what a status file says, or nothing where it lacks a field} */
    static Optional<ResidentMemory> parse(String status) {
        long current = -1;
        long peak = -1;
        Matcher matcher = FIELD.matcher(status);
        while (matcher.find()) {
            long bytes = Long.parseLong(matcher.group(2)) * KIBIBYTE;
            if (matcher.group(1).equals("VmRSS")) {
                current = bytes;
            } else {
                peak = bytes;
            }
        }
        return current < 0 || peak < 0 ? Optional.empty() : Optional.of(new ResidentMemory(current, peak));
    }
}
