package org.equipoise.data.fetch;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.error.WorkFailedException;
import org.jspecify.annotations.Nullable;

/**
 * The package clients installed on this machine.
 *
 * @param path the folders they are looked for in, first match first
 * @param limit how long a client may run
 */
public record PackageClients(List<Path> path, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(30);

    /** Keeps its own list. */
    public PackageClients {
        path = List.copyOf(path);
    }

    /** {@return the clients on this process's {@code PATH}} */
    public static PackageClients fromEnvironment() {
        return on(System.getenv().getOrDefault("PATH", ""));
    }

    /** The clients in the folders a {@code PATH} variable lists, of which empty ones do not count. */
    static PackageClients on(String variable) {
        List<Path> folders = Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(variable)
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
        return new PackageClients(folders, DEFAULT_LIMIT);
    }

    /**
     * Runs a client to its end with no input.
     *
     * @return how it ended
     * @throws WorkFailedException if it is not on the path or cannot be started, does not end in time, or this thread is interrupted meanwhile
     * @throws IOException if its errors cannot be kept
     */
    ClientRun run(Path folder, String client, List<String> arguments) throws IOException {
        Path errors = Files.createTempFile(folder, client, ".stderr");
        List<String> command = new ArrayList<>(List.of(find(client).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", path.stream().map(Path::toString).collect(joining(File.pathSeparator)));
        int exitCode = runToItsEnd(builder, client);
        String complaints = Files.readString(errors, StandardCharsets.ISO_8859_1);
        return new ClientRun(client, exitCode, complaints.lines().toList());
    }

    /** {@return the one package that a client left in a folder, whatever name it gave it} */
    static Path packageIn(Path folder, String extension, String client) throws IOException {
        try (Stream<Path> listing = Files.list(folder)) {
            List<Path> packages =
                    listing.filter(path -> path.toString().endsWith(extension)).toList();
            if (packages.size() != 1) {
                throw new WorkFailedException(
                        client + " left " + packages.size() + " " + extension + " files; one was expected.");
            }
            return packages.getFirst();
        }
    }

    private Path find(String client) {
        return path.stream()
                .map(folder -> folder.toAbsolutePath().resolve(client))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(
                        () -> new WorkFailedException(client + " was not found on PATH; install it, or give a folder"
                                + " with --from or a mirror with --mirror."));
    }

    private static Process start(ProcessBuilder builder, String client) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new WorkFailedException(client + " could not be started: " + e.getMessage() + ".", e);
        }
    }

    private int runToItsEnd(ProcessBuilder builder, String client) {
        // Known to the cleanup from the moment it starts.
        AtomicReference<@Nullable Process> running = new AtomicReference<>();
        try (ShutdownHook _ = new ShutdownHook(() -> end(running.get()))) {
            Process process = start(builder, client);
            running.set(process);
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new WorkFailedException(client + " did not end within " + limit.toMillis() / 1000.0 + " seconds.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkFailedException("Fetching was interrupted while " + client + " ran.", e);
        } finally {
            end(running.get());
        }
    }

    /** Ends a client and what it started, if they still run. */
    private static void end(@Nullable Process process) {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
