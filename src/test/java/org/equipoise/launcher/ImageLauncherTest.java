package org.equipoise.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.equipoise.launcher.Installation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the image against a stand-in for its Java. */
@DisabledOnOs(OS.WINDOWS)
class ImageLauncherTest {
    private static final String ECHO = Installation.OUT_AS_THE_PROGRAM
            + "for a in \"$@\"; do echo \"$a\"; done; echo 'WARNING: Using incubator modules: x' >&2; echo said >&2; exit 7";

    @TempDir
    private Path folder;

    private Path image() throws IOException {
        Path bin = folder.toRealPath().resolve("an image/bin");
        Files.createDirectories(bin);
        Path project = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Files.copy(
                project.resolve("src/image/equipoise"), bin.resolve("equipoise"), StandardCopyOption.COPY_ATTRIBUTES);
        Path app = Files.createDirectories(bin.resolveSibling("app"));
        Files.copy(project.resolve(".mvn/start.sh"), app.resolve("start.sh"));
        Installation.script(bin.resolve("java"), ECHO);
        return bin.getParent();
    }

    private Outcome run(Path command, String... arguments) throws Exception {
        List<String> words = new java.util.ArrayList<>(
                List.of("-c", "set -o pipefail; { \"$0\" \"$@\" 2>&1 >&3 | cat >&2; } 3>&1", command.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder("/bin/bash");
        builder.command().addAll(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("EQUIPOISE_") || name.equals("JAVA_HOME"));
        return Installation.outcome(builder.start());
    }

    @Test
    void startsItsOwnJavaAsTheLauncherOfTheSourcesDoes() throws Exception {
        String[] arguments = {"-Dequipoise.kernels=scalar", "bench", "--profile", "a file.html", "-Dlate=1"};
        Path image = image();
        Outcome outcome = run(image.resolve("bin/equipoise"), arguments);
        assertEquals(7, outcome.exit());
        assertEquals(List.of("said"), outcome.err());

        Installation sources = new Installation(folder.toRealPath().resolve("sources")).built();
        sources.jdk("25.0.3");
        List<String> expected = sources.run(arguments).out().stream()
                .skip(2) // which Java, and its process
                .map(word -> word.replace(
                                sources.jar().toString(),
                                image.resolve("app/equipoise.jar").toString())
                        .replace(sources.home().toString(), image.toString()))
                .toList();
        assertTrue(expected.contains("-XX:TypeProfileLevel=0"), expected.toString());
        assertEquals(expected, outcome.out());
    }

    @Test
    void isFoundThroughALink() throws Exception {
        Path image = image();
        Path link = Files.createSymbolicLink(folder.resolve("equipoise"), image.resolve("bin/equipoise"));
        assertTrue(run(link, "info")
                .out()
                .contains(image.resolve("app/equipoise.jar").toString()));
    }
}
