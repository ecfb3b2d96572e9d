package org.equipoise.cli;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Holds the end of the JVM back, after Ctrl-C or a request to terminate, until work that has to be saved is saved.
 *
 * <p>The JVM answers SIGINT and SIGTERM by running its shutdown hooks, and ends with exit code 130 or 143 once they are done.
 */
final class Interruption implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "equipoise-interruption");
    private volatile boolean requested;
    private @Nullable Runnable whenRequested;

    /**
     * From now on the end of the JVM waits for {@link #close}.
     *
     * @param action run as soon as an interruption comes
     */
    void watch(Runnable action) {
        if (whenRequested == null) {
            whenRequested = action;
            Runtime.getRuntime().addShutdownHook(hook);
        }
    }

    /** {@return whether the work should be saved and end} */
    boolean requested() {
        return requested;
    }

    private void interrupted() {
        requested = true;
        if (whenRequested != null) {
            whenRequested.run();
        }
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        if (whenRequested != null && !requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending; the hook has nothing to wait for any more.
                requested = true;
            }
        }
    }
}
