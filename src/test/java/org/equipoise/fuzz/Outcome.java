package org.equipoise.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.equipoise.error.BadInputException;

/** What may come of an input: it is read, or it is refused as bad input in one line. Everything else is a finding. */
final class Outcome {
    /** Buffers, archives that are opened, and what the fuzzer itself takes. */
    private static final long MEMORY = 64L << 20;

    /** Deflate makes at most 1,032 bytes of one; the rest are copies of them. */
    private static final long MEMORY_PER_BYTE = 8_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Outcome() {}

    /** Reads something. */
    interface Reading {
        void run() throws Exception;
    }

    /**
     * @param input what is read
     * @param reading reads it
     * @return whether it could be read
     */
    static boolean of(byte[] input, Reading reading) {
        long limit = MEMORY + MEMORY_PER_BYTE * input.length;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean read = readable(reading);
        if (THREADS.getCurrentThreadAllocatedBytes() - before > limit) {
            // The first input also pays for classes that are loaded, which the fuzzer instruments; a second time shows
            // what is its own.
            before = THREADS.getCurrentThreadAllocatedBytes();
            readable(reading);
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (taken > limit) {
                throw new AssertionError(input.length + " bytes made the parser take " + taken);
            }
        }
        return read;
    }

    private static boolean readable(Reading reading) {
        try {
            reading.run();
            return true;
        } catch (BadInputException e) {
            String sentence = String.valueOf(e.getMessage());
            if (sentence.isBlank() || !sentence.endsWith(".")) {
                throw new AssertionError("No sentence: " + sentence, e);
            }
            return false;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("Neither read nor refused", e);
        }
    }
}
