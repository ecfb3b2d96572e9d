package org.equipoise.parallel;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads, the caller among them, that shares independent tasks by number.
 *
 * <p>Which thread takes which task is left to chance; results must not depend on it. Sharing work allocates nothing.
 */
public final class Workers implements AutoCloseable {
    /** The most threads that work together. */
    public static final int MAX = 1024;

    /** One of several independent tasks. */
    @FunctionalInterface
    public interface Task {
        /**
         * @param worker which thread runs it, below {@link Workers#threads()}; no two tasks run at once on one worker
         * @param number which task
         */
        void run(int worker, int number);
    }

    private final int threads;
    private final Consumer<Thread> starter;
    private final Phaser gate;
    private final AtomicInteger next = new AtomicInteger();
    private volatile @Nullable Task task;
    private volatile int count;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private boolean started;

    /**
     * @param threads how many threads work together, the caller included
     */
    public Workers(int threads) {
        this(threads, Thread::start);
    }

    /** As above, with threads that tests do not let start. */
    Workers(int threads, Consumer<Thread> starter) {
        if (threads < 1 || threads > MAX) {
            throw new BadInputException(
                    threads + " threads were asked for; a number from 1 to " + MAX + " was expected.");
        }
        this.threads = threads;
        this.starter = starter;
        this.gate = new Phaser(threads);
    }

    private void start() {
        started = true;
        for (int i = 1; i < threads; i++) {
            int worker = i;
            Thread thread = new Thread(() -> work(worker), "equipoise-worker-" + i);
            thread.setDaemon(true);
            try {
                starter.accept(thread);
            } catch (OutOfMemoryError e) {
                // Those that have started, and close(), would wait for the others.
                closed = true;
                gate.forceTermination();
                throw new WorkFailedException(
                        "Of " + threads + " threads " + i + " could be started, within "
                                + ProcessLimits.ofThisProcess().ofThreads() + "; --threads " + i + " asks for no more.",
                        e);
            }
        }
    }

    /** {@return how many threads work together} */
    public int threads() {
        return threads;
    }

    /**
     * Runs {@code action} for every number below {@code tasks} and returns when all are done. Only one thread may call this at
     * a time.
     *
     * @param tasks how many tasks
     * @param action what to do for each
     */
    public void forEach(int tasks, Task action) {
        if (closed) {
            throw new IllegalStateException("The workers are closed");
        }
        if (threads == 1 || tasks <= 1) {
            for (int i = 0; i < tasks; i++) {
                action.run(0, i);
            }
            return;
        }
        if (!started) {
            start();
        }
        task = action;
        count = tasks;
        failure = null;
        next.set(0);
        gate.arriveAndAwaitAdvance();
        takeTasks(0);
        gate.arriveAndAwaitAdvance();
        task = null;
        Throwable failed = failure;
        if (failed instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failed instanceof Error error) {
            throw error;
        }
    }

    private void work(int worker) {
        while (true) {
            gate.arriveAndAwaitAdvance();
            if (closed) {
                return;
            }
            takeTasks(worker);
            gate.arriveAndAwaitAdvance();
        }
    }

    private void takeTasks(int worker) {
        Task action = task;
        int tasks = count;
        try {
            for (int i = next.getAndIncrement(); action != null && i < tasks; i = next.getAndIncrement()) {
                action.run(worker, i);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            next.set(tasks);
        }
    }

    /** Ends the threads; the workers cannot be used afterwards. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (started) {
                gate.arriveAndAwaitAdvance();
            }
        }
    }
}
