package org.equipoise.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyTaskRunsOnceAndNoWorkerRunsTwoAtOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertEquals(threads, workers.threads());
            for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                AtomicIntegerArray busy = new AtomicIntegerArray(threads);
                AtomicInteger clashes = new AtomicInteger();
                workers.forEach(tasks, (worker, number) -> {
                    if (busy.incrementAndGet(worker) != 1) {
                        clashes.incrementAndGet();
                    }
                    runs.incrementAndGet(number);
                    busy.decrementAndGet(worker);
                });
                for (int i = 0; i < tasks; i++) {
                    assertEquals(1, runs.get(i));
                }
                assertEquals(0, clashes.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aFailureReachesTheCallerAndTheTeamGoesOn(int threads) {
        IllegalStateException failure = new IllegalStateException("task 3");
        try (Workers workers = new Workers(threads)) {
            Throwable thrown = assertThrows(
                    IllegalStateException.class,
                    () -> workers.forEach(10, (worker, number) -> {
                        if (number == 3) {
                            throw failure;
                        }
                    }));
            assertSame(failure, thrown);
            AtomicInteger count = new AtomicInteger();
            workers.forEach(10, (worker, number) -> count.incrementAndGet());
            assertEquals(10, count.get());
        }
    }

    @Test
    void aClosedTeamRefusesWork() {
        Workers workers = new Workers(2);
        workers.close();
        workers.close();
        assertThrows(IllegalStateException.class, () -> workers.forEach(1, (worker, number) -> {}));
    }

    @Test
    @Timeout(20)
    void threadsThatCannotBeStartedEndInASentenceAndNothingWaitsForThem() {
        AtomicInteger started = new AtomicInteger();
        Workers workers = new Workers(5, thread -> {
            if (started.getAndIncrement() == 2) {
                throw new OutOfMemoryError(
                        "unable to create native thread: possibly out of memory or process/resource limits reached");
            }
            thread.start();
        });
        try (workers) {
            WorkFailedException failed =
                    assertThrows(WorkFailedException.class, () -> workers.forEach(9, (worker, number) -> {}));
            assertTrue(String.valueOf(failed.getMessage()).startsWith("Of 5 threads 3 could be started, within "));
            assertTrue(String.valueOf(failed.getMessage()).endsWith("; --threads 3 asks for no more."));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 2000})
    void numbersOfThreadsThatCannotBeAreRefused(int threads) {
        BadInputException refused = assertThrows(BadInputException.class, () -> new Workers(threads));
        assertTrue(String.valueOf(refused.getMessage()).contains(threads + " threads"));
    }
}
