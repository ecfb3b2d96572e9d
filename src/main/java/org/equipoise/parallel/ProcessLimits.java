package org.equipoise.parallel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the system allows this process beside the memory of the machine: the limits of a shell and those of control groups. Systems
 * without {@code /proc} say nothing of it.
 */
public final class ProcessLimits {
    private static final ProcessLimits THIS = new ProcessLimits(Path.of("/"));

    /** For the threads that start later, and what the compiler and the C library take while they work. */
    private static final long MARGIN = 128_000_000;

    private final Path root;

    /**
     * @param root the folder that holds {@code proc} and {@code sys}
     */
    ProcessLimits(Path root) {
        this.root = root;
    }

    /** {@return those of this process} */
    public static ProcessLimits ofThisProcess() {
        return THIS;
    }

    /** {@return the bytes of addresses that may be reserved beside those that are, if they are limited} */
    public OptionalLong addressesLeft() {
        OptionalLong limit = limit("Max address space");
        if (limit.isEmpty()) {
            return OptionalLong.empty();
        }
        long taken = 0;
        for (String line : lines("proc/self/status")) {
            if (line.startsWith("VmSize:")) {
                taken = 1024 * number(line.substring(7)).orElse(0);
            }
        }
        return OptionalLong.of(Math.max(0, limit.getAsLong() - taken - MARGIN));
    }

    /** {@return which limit stands in the way of memory, as a part of a sentence; empty where there is none} */
    public String ofMemory() {
        OptionalLong addresses = limit("Max address space");
        if (addresses.isPresent()) {
            return "the limit of " + megabytes(addresses.getAsLong()) + " on the addresses of a process (ulimit -v)";
        }
        OptionalLong data = limit("Max data size");
        return data.isPresent()
                ? "the limit of " + megabytes(data.getAsLong()) + " on the data of a process (ulimit -d)"
                : "";
    }

    /** {@return which limit stands in the way of another thread, as a part of a sentence} */
    public String ofThreads() {
        OptionalLong group = OptionalLong.empty();
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3
                    && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("pids"))) {
                group = least(group, groupLimit(parts[1].isEmpty() ? "sys/fs/cgroup" : "sys/fs/cgroup/pids", parts[2]));
            }
        }
        OptionalLong user = limit("Max processes");
        if (group.isPresent() && (user.isEmpty() || group.getAsLong() <= user.getAsLong())) {
            return "the limit of " + group.getAsLong() + " processes and threads of this control group (pids.max)";
        }
        if (user.isPresent()) {
            return "the limit of " + user.getAsLong() + " processes and threads of a user (ulimit -u)";
        }
        return "the system's limit of processes and threads";
    }

    /** A group has the limits of those around it too; a container sees its own at the top. */
    private OptionalLong groupLimit(String mount, String group) {
        OptionalLong least = OptionalLong.empty();
        String path = group;
        while (true) {
            for (String line : lines(mount + path + "/pids.max")) {
                least = least(least, number(line));
            }
            int slash = path.lastIndexOf('/');
            if (slash < 0) {
                return least;
            }
            path = path.substring(0, slash);
        }
    }

    private OptionalLong limit(String name) {
        for (String line : lines("proc/self/limits")) {
            if (line.startsWith(name + " ")) {
                return number(line.substring(name.length()));
            }
        }
        return OptionalLong.empty();
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** {@return the number that a text begins with; "unlimited" and "max" are none} */
    private static OptionalLong number(String text) {
        String first = text.strip().split("\\s+", 2)[0];
        return first.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(first)) : OptionalLong.empty();
    }

    private static OptionalLong least(OptionalLong a, OptionalLong b) {
        return a.isEmpty() || b.isPresent() && b.getAsLong() < a.getAsLong() ? b : a;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
    }
}
