package org.equipoise.bench.sweep;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a reader needs to know of the machine to judge a time measured on it. Linux tells the most; the rest is left out. */
final class MachineDescription {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path FIRST = Path.of("/sys/devices/system/cpu/cpu0");
    private static final String UNKNOWN = "unknown";

    private MachineDescription() {}

    /** {@return the description, in the order it is read} */
    static Map<String, Object> now() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", field(PROCESSORS, "model name"));
        machine.put(
                "familyModelStepping",
                field(PROCESSORS, "cpu family") + "/" + field(PROCESSORS, "model") + "/"
                        + field(PROCESSORS, "stepping"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("caches", caches());
        machine.put("frequencyGovernor", line(FIRST.resolve("cpufreq/scaling_governor")));
        machine.put("hugePages", line(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        machine.put("memory", field(Path.of("/proc/meminfo"), "MemTotal"));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("jvmOptions", System.getenv().getOrDefault("EQUIPOISE_JAVA_OPTS", ""));
        machine.put("vectorFlags", flags());
        machine.put("commit", System.getProperty("equipoise.bench.commit", UNKNOWN));
        machine.put("command", System.getProperty("equipoise.bench.command", UNKNOWN));
        machine.put("load", load());
        machine.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return machine;
    }

    /** {@return how many processes have wanted to run on average over the last minute, -1 where that is not known} */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String line(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.matches(name + "\\s*:.*"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** {@return the caches that the first core sees, as {@code L1 Data 32K}} */
    private static List<String> caches() {
        List<String> caches = new ArrayList<>();
        for (int index = 0; Files.isDirectory(FIRST.resolve("cache/index" + index)); index++) {
            Path cache = FIRST.resolve("cache/index" + index);
            caches.add("L" + line(cache.resolve("level")) + " " + line(cache.resolve("type")) + " "
                    + line(cache.resolve("size")) + ", shared by " + line(cache.resolve("shared_cpu_list")));
        }
        return caches;
    }

    private static String flags() {
        return Stream.of(field(PROCESSORS, "flags").split(" "))
                .filter(flag -> flag.matches("(avx|fma|amx|sse4|bmi).*"))
                .reduce((a, b) -> a + " " + b)
                .orElse(UNKNOWN);
    }
}
