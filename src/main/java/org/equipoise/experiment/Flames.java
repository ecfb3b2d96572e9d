package org.equipoise.experiment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import one.profiler.AsyncProfiler;
import one.profiler.AsyncProfilerLoader;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.AtomicFile;
import org.equipoise.interop.TemporaryFiles;

/**
 * A flame graph of what the threads of this process do, from stacks sampled a thousand times a second by async-profiler.
 *
 * <p>Frames are most precise in a JVM that was started with {@code -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints}, as the
 * launcher does for a profile.
 */
final class Flames {
    /** Samples of the processor's time; where the kernel refuses its counters, the profiler itself takes a timer instead. */
    private static final String START = "start,event=cpu,interval=1ms";

    private static final String TIMER = "start,event=itimer,interval=1ms";

    private final Path file;
    private final AsyncProfiler profiler;

    private Flames(Path file, AsyncProfiler profiler) {
        this.file = file;
        this.profiler = profiler;
    }

    /**
     * @param file where the graph goes, as HTML
     * @return a profiler that is ready to start, having started once
     * @throws BadInputException if there is no such folder
     * @throws WorkFailedException if this platform has no profiler, or the system does not let it work
     */
    static Flames into(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInputException(file + " cannot be written, since the folder " + folder + " does not exist.");
        }
        Flames flames = new Flames(file, load());
        flames.start();
        flames.run("stop");
        return flames;
    }

    private static AsyncProfiler load() {
        if (!AsyncProfilerLoader.isSupported()) {
            throw new WorkFailedException("The profiler does not know " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + ", so no flame graph can be made.");
        }
        try {
            // The library may go once it is loaded; its usual place would be the user's home, which not everyone can
            // write.
            Path folder = TemporaryFiles.folder();
            try {
                AsyncProfilerLoader.setExtractionDirectory(folder);
                return AsyncProfiler.getInstance(
                        AsyncProfilerLoader.getAsyncProfilerPath().toString());
            } finally {
                AsyncProfilerLoader.deleteExtractionDirectory();
            }
        } catch (IOException | IllegalStateException | UnsatisfiedLinkError e) {
            throw notStarted(e);
        }
    }

    /** Starts sampling. */
    void start() {
        try {
            run(START);
        } catch (WorkFailedException refused) {
            try {
                run(TIMER);
            } catch (WorkFailedException e) {
                e.addSuppressed(refused);
                throw e;
            }
        }
    }

    /** Ends sampling and writes the graph. */
    void finish() {
        String graph = run("stop,flamegraph,title=equipoise bench");
        AtomicFile.write(file, out -> out.write(graph.getBytes(StandardCharsets.UTF_8)));
    }

    private String run(String command) {
        try {
            return profiler.execute(command);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw notStarted(e);
        }
    }

    private static WorkFailedException notStarted(Throwable cause) {
        String reason = cause.getMessage();
        return new WorkFailedException(
                "The profiler could not start: " + (reason == null ? cause.toString() : reason) + ".", cause);
    }
}
