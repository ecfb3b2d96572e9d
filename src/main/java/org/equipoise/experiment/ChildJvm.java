package org.equipoise.experiment;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.TemporaryFiles;

/**
 * Runs a main class in a JVM of its own, with the options and the class path of this one, so that what it measures of its process
 * is its own.
 *
 * @param mainClass what to run
 * @param options further options of the JVM, after and so before those of this one
 */
public record ChildJvm(String mainClass, List<String> options) {
    /** Agents and recordings belong to this process, and so do the numbers of its open files. */
    private static final List<String> NOT_INHERITED = List.of(
            "-javaagent:",
            "-agentlib:",
            "-agentpath:",
            "-Xlog",
            "-XX:StartFlightRecording",
            "-XX:FlightRecorderOptions",
            "-Dequipoise.stderr=",
            "-Dequipoise.stdout=");

    /** The options that they hold are among those of this JVM already, and what is not inherited shall not come by them. */
    private static final List<String> OPTIONS_OF_JAVA =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** What a JVM says of itself is no part of what it measures. */
    private static final List<String> LOG = List.of("-Xlog:disable", "-Xlog:all=warning:stderr");

    /** Copies the options. */
    public ChildJvm {
        options = List.copyOf(options);
    }

    /**
     * @return what it wrote to standard output
     * @throws WorkFailedException if it cannot be started or ends with another exit code than 0
     */
    public String run(List<String> arguments) {
        List<String> command = command(arguments);
        Path errors = TemporaryFiles.file(".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().removeAll(OPTIONS_OF_JAVA);
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int exitCode = process.waitFor();
                if (exitCode != 0) {
                    throw new WorkFailedException(
                            "A measuring process ended with exit code " + exitCode + ": " + lastLine(errors));
                }
                return output;
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new WorkFailedException("A measuring process could not be run: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkFailedException("The measurement was interrupted.", e);
        } finally {
            delete(errors);
        }
    }

    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> NOT_INHERITED.stream().noneMatch(option::startsWith))
                .forEach(command::add);
        command.addAll(LOG);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }

    private static String lastLine(Path errors) throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((before, last) -> last)
                .orElse("it gave no reason.");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(ChildJvm.class.getName()).log(System.Logger.Level.DEBUG, () -> file + " stays behind", e);
        }
    }
}
