package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.BudgetExceededException;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void eachKindHasItsExitCode() {
        assertEquals(new Failure(2, "wrong."), Failure.of(new BadInputException("wrong.")));
        assertEquals(new Failure(1, "full."), Failure.of(new WorkFailedException("full.")));
        assertEquals(new Failure(3, "too much."), Failure.of(new BudgetExceededException("too much.")));
        assertEquals(
                1, Failure.of(new UncheckedIOException(new IOException("gone"))).exitCode());
        assertEquals(1, Failure.of(new OutOfMemoryError()).exitCode());
    }

    @Test
    void whatHasRunOutIsNamed() {
        String thread = Failure.of(new OutOfMemoryError(
                        "unable to create native thread: possibly out of memory or process/resource limits reached"))
                .sentence();
        assertTrue(thread.startsWith("No more threads can be started, within the "), thread);
        String classes =
                Failure.of(new OutOfMemoryError("Compressed class space")).sentence();
        assertTrue(classes.startsWith("The memory for Java's classes is full (Compressed class space);"), classes);
        String direct = Failure.of(new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory"))
                .sentence();
        assertTrue(direct.startsWith("The system gives no more memory (Cannot reserve 8192"), direct);
        String heap = Failure.of(new OutOfMemoryError("Java heap space")).sentence();
        assertTrue(heap.startsWith("The Java heap of "), heap);
    }

    @Test
    void anythingElseIsCalledAnInternalError() {
        Failure failure = Failure.of(new IllegalStateException("never"));
        assertEquals(1, failure.exitCode());
        assertTrue(failure.sentence().startsWith("Internal error"), failure.sentence());
        assertTrue(failure.sentence().contains("--debug"), failure.sentence());
    }

    @Test
    void aSentenceStaysOnOneLine() {
        assertEquals("a b", Failure.of(new BadInputException("a\n   b\r\n")).sentence());
    }
}
