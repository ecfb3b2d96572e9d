package org.equipoise.fuzz;

import java.nio.charset.StandardCharsets;
import org.equipoise.memory.MemorySize;

/** Sizes of memory as options give them. */
public final class SizeFuzz {
    private SizeFuzz() {}

    /**
     * @param input text
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Outcome.of(input, () -> {
            long bytes = MemorySize.parse(new String(input, StandardCharsets.UTF_8));
            if (bytes < 1) {
                throw new AssertionError("Read as " + bytes);
            }
            MemorySize.parse(MemorySize.format(bytes));
        });
    }
}
