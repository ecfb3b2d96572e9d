package org.equipoise.interop;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Consumer;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.function.Executable;

/** Feeds damaged files to a reader. */
final class Damage {
    private static final long MAX_ALLOCATED = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Damage() {}

    /** Every proper prefix of a file must be refused. */
    static void everyTruncationIsRefused(byte[] whole, Consumer<byte[]> reader) {
        reader.accept(whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            assertRefused(() -> reader.accept(prefix));
        }
    }

    /** A file with one bit flipped must be refused or read, without taking much memory. */
    static int everyBitFlipIsHarmless(byte[] whole, Consumer<byte[]> reader) {
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                reader.accept(flipped);
            } catch (BadInputException e) {
                assertOneSentence(e);
                refused++;
            } catch (RuntimeException | Error e) {
                fail("bit " + bit + " flipped", e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MAX_ALLOCATED, "bit " + bit + " flipped took " + allocated + " bytes");
        }
        return refused;
    }

    /** Input must be refused in one sentence that has the given words in it. */
    static void assertRefused(Executable reading, String... words) {
        BadInputException refusal = assertThrows(BadInputException.class, reading);
        assertOneSentence(refusal);
        for (String word : words) {
            assertTrue(message(refusal).contains(word), () -> message(refusal) + " lacks " + word);
        }
    }

    private static void assertOneSentence(BadInputException refusal) {
        String message = message(refusal);
        boolean oneLine = message.chars().noneMatch(c -> c < ' ');
        assertTrue(oneLine && message.endsWith(".") && !message.contains(". "), message);
    }

    private static String message(BadInputException refusal) {
        return String.valueOf(refusal.getMessage());
    }
}
