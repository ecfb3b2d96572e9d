package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a JVM of its own, with the classes of this one. */
public final class ProgramProcess {
    private ProgramProcess() {}

    /** {@return the words that start it, with more options for the JVM; its arguments follow} */
    public static List<String> command(String... options) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC"));
        words.addAll(List.of(options));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return words;
    }

    /** {@return the same as the words {@code "$@"} of a shell's script} */
    static ProcessBuilder in(String shell, String script, List<String> words) {
        List<String> command = new ArrayList<>(List.of(shell, "-c", script, shell));
        command.addAll(words);
        return new ProcessBuilder(command);
    }
}
