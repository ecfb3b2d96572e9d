package org.equipoise;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread at a time use a network. Two at once would wait for each other's workers for ever, so the second is told at once;
 * what the first calls from within, as a listener may, is let through.
 */
final class UsageGuard {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private boolean training;

    <T> T take(Supplier<T> action) {
        enter();
        try {
            requireOpen();
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** The same for what has no result. */
    void run(Runnable action) {
        take(() -> {
            action.run();
            return true;
        });
    }

    /** The same for what must not happen while training is under way. */
    void runBetweenTrainings(Runnable action) {
        run(() -> {
            requireRest();
            action.run();
        });
    }

    /** The same for training itself. */
    <T> T takeToTrain(Supplier<T> action) {
        return take(() -> {
            requireRest();
            training = true;
            try {
                return action.get();
            } finally {
                training = false;
            }
        });
    }

    /** Runs {@code action} the first time, and lets nobody in afterwards. */
    void close(Runnable action) {
        enter();
        try {
            requireRest();
            if (!closed) {
                closed = true;
                action.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void enter() {
        if (!lock.tryLock()) {
            throw new IllegalStateException(
                    "Another thread is using this network; only its predictors may be used by several at once");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The network is closed");
        }
    }

    private void requireRest() {
        if (training) {
            throw new IllegalStateException("The network is training");
        }
    }
}
