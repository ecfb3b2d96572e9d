package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.config.Presets;
import org.equipoise.config.SettingsReference;
import org.equipoise.interop.SafetensorsFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are written alike on every machine, whatever digits its language has. */
class LocaleTest {
    /** Digits other than those of ASCII, and the Arabic decimal point and grouping. */
    private static final Pattern LOCAL = Pattern.compile("[\\p{Nd}&&[^0-9]]|[\\u066a-\\u066c]");

    private static Map<String, String> expected = Map.of();

    private final Locale usual = Locale.getDefault();

    @TempDir
    Path folder;

    @BeforeAll
    static void withoutALanguage(@TempDir Path root) throws Exception {
        Locale usual = Locale.getDefault();
        expected = writtenUnder(Locale.ROOT, root.resolve("root"));
        Locale.setDefault(usual);
    }

    @AfterEach
    void restore() {
        Locale.setDefault(usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "mr-IN", "my-MM", "tr-TR"})
    void whatIsWrittenDoesNotDependOnTheLanguage(String language) throws Exception {
        Locale locale = Locale.forLanguageTag(language);
        Map<String, String> found = writtenUnder(locale, folder.resolve("local"));
        assertNotEquals("1.5", String.format("%.1f", 1.5), "the locale shows where it is asked");
        assertEquals(expected.keySet(), found.keySet());
        found.forEach((name, text) -> {
            assertTrue(!LOCAL.matcher(text).find(), () -> name + " has local digits: " + text);
            if (!name.endsWith(".html")) { // whose charts depend on times
                assertEquals(shape(expected.get(name)), shape(text), name);
            }
        });
    }

    /** The program as users start it, with libraries that ask for the default. */
    @Test
    void aProcessUnderSuchALocaleWritesTheSame() throws Exception {
        List<String> command =
                ProgramProcess.command("-Duser.language=ar", "-Duser.country=EG", "-Dstdout.encoding=UTF-8");
        command.addAll(List.of("train", "--help"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains("(default: 5)"), out);
        assertTrue(!LOCAL.matcher(out).find(), out);
    }

    /** Texts of commands and of the files that they leave, by name. */
    private static Map<String, String> writtenUnder(Locale locale, Path folder) throws Exception {
        Locale.setDefault(locale);
        Files.createDirectories(folder);
        CommandHarness bench = CommandHarness.in(folder);
        Path run = bench.path("run");
        Map<String, String> texts = new TreeMap<>();
        for (List<Object> command : commands(bench, run)) {
            Outcome outcome = bench.run(command.toArray());
            // Two images tell little about gradients; the files are there all the same.
            int worst = command.contains("gradcheck") ? 1 : 0;
            assertTrue(outcome.exitCode() <= worst, command + ": " + outcome.err());
            texts.put(name(command, folder), outcome.out() + outcome.err());
        }
        texts.put("settings", SettingsReference.markdown());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(texts, folder.relativize(file).toString(), file);
            }
        }
        return texts;
    }

    private static List<List<Object>> commands(CommandHarness bench, Path run) {
        List<List<Object>> commands = new ArrayList<>();
        for (String preset : Presets.names()) {
            commands.add(List.of("config", "show", "--preset", preset));
        }
        Path data = bench.path("data");
        Path net = bench.path("net.yaml");
        Path images = bench.path("data/t10k-images-idx3-ubyte");
        commands.add(List.of("config", "show", "--json"));
        commands.add(List.of("config", "keys"));
        commands.add(List.of("train", "--config", net, "--data", data, "--dry-run", "--no-estimate", "--threads", 2));
        commands.add(List.of(
                "train", "--config", net, "--data", data, "--out", run, "--epochs", 2, "--tensorboard", "--quiet"));
        commands.add(List.of("eval", "--model", run, "--quiet"));
        commands.add(List.of("eval", "--model", run, "--quiet", "--json"));
        commands.add(List.of("predict", "--model", run, images));
        commands.add(List.of("predict", "--model", run, images, "--json"));
        commands.add(List.of("trace", "--model", run, "--input", images, "--out", bench.path("states.safetensors")));
        commands.add(List.of("check", run));
        commands.add(List.of("report", run, "--quiet"));
        commands.add(List.of("export", "--model", run, "--out", bench.path("model.safetensors")));
        commands.add(List.of("export", "--model", run, "--format", "npz", "--out", bench.path("model.npz")));
        commands.add(List.of("export", "--model", run, "--format", "nir", "--no-data", "--out", bench.path("m.nir")));
        commands.add(List.of(
                "gradcheck",
                "--model",
                run,
                "--data",
                data,
                "--images",
                2,
                "--free",
                5,
                "--nudge",
                5,
                "--quiet",
                "--out",
                bench.path("gradcheck")));
        commands.add(List.of("data", "list"));
        commands.add(List.of("info"));
        return commands;
    }

    private static String name(List<Object> command, Path folder) {
        return command.toString().replace(folder.toString(), "");
    }

    private static void add(Map<String, String> texts, String name, Path file) throws IOException {
        if (name.endsWith(".safetensors")) {
            try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
                texts.put(name, new TreeMap<>(tensors.metadata()).toString());
            }
        } else if (name.matches(".*\\.(yaml|csv|jsonl?|md|html)")) {
            texts.put(name, Files.readString(file));
        }
    }

    /** A text without numbers, hexadecimal ones among them: times, paths and processes differ from run to run. */
    private static String shape(@Nullable String text) {
        return String.valueOf(text)
                .replaceAll("\\S*/junit-[0-9]+/(root|local)", "@")
                .replaceAll("[-\\s0-9a-fA-F.,:#]+", "");
    }
}
