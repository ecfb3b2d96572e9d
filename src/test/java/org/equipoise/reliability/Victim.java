package org.equipoise.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.equipoise.cli.ProgramProcess;

/** A process that trains and is going to be killed. */
final class Victim implements AutoCloseable {
    private static final long LONGEST_SECONDS = 300;

    private final Process process;
    private final Path run;
    private final Thread reader;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final StringBuffer errors = new StringBuffer();
    private final long startNanos = System.nanoTime();

    /**
     * @param arithmetic {@code scalar} or the width of vectors
     * @param arguments the command
     * @param run the folder it trains in
     */
    Victim(String arithmetic, List<String> arguments, Path run) throws IOException {
        List<String> command = arithmetic.equals("scalar")
                ? ProgramProcess.command("-Dequipoise.kernels=scalar", "-XX:TieredStopAtLevel=1")
                : ProgramProcess.command("-Dequipoise.vectorBits=" + arithmetic);
        command.addAll(arguments);
        this.run = run;
        this.process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                errors.append(line).append('\n');
                if (line.startsWith("Writing to ")) {
                    opened.countDown();
                }
            }
        } catch (IOException e) {
            errors.append(e);
        } finally {
            opened.countDown();
        }
    }

    /** Waits until it trains, or has ended. */
    void awaitOpened() throws InterruptedException {
        if (!opened.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The process does not begin to train: " + errors);
        }
    }

    /** Waits until it has written something for a while, or has ended. */
    void awaitUnfinishedFile() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (process.isAlive() && !hasUnfinishedFile()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("The process does not write: " + errors);
            }
        }
    }

    /** {@return whether a file lies there that is being written, or was when the process was killed} */
    boolean hasUnfinishedFile() throws IOException {
        if (!Files.isDirectory(run)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(run, ".equipoise-*.tmp")) {
            return files.iterator().hasNext();
        }
    }

    /** Waits until some time after its start, unless it ends before. */
    void awaitNanosFromStart(long nanos) {
        while (process.isAlive() && System.nanoTime() - startNanos < nanos) {
            LockSupport.parkNanos(100_000);
        }
    }

    /** {@return nanoseconds since its start} */
    long age() {
        return System.nanoTime() - startNanos;
    }

    /** Kills it as SIGKILL does. {@return whether it was still alive} */
    boolean kill() throws InterruptedException {
        boolean alive = process.isAlive();
        process.destroyForcibly();
        return waitForEnd() != 0 && alive;
    }

    /** {@return its exit code, once it has ended} */
    int waitForEnd() throws InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The process does not end: " + errors);
        }
        reader.join();
        return process.exitValue();
    }

    /** {@return what it has told} */
    String errors() {
        return errors.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
