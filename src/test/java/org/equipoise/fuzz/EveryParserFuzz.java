package org.equipoise.fuzz;

import java.util.Arrays;

/** All parsers in one process, for the short run: the first byte says which. */
public final class EveryParserFuzz {
    private EveryParserFuzz() {}

    /**
     * @param input the number of a parser, and what it reads
     * @throws Exception if a temporary file cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length > 0 && Byte.toUnsignedInt(input[0]) < Parser.values().length) {
            Parser.values()[input[0]].read(Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
