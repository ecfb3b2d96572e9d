package org.equipoise.data.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tar archives, raw or gzipped; where the first byte is odd, the checksum of every header is put right here. */
public final class TarballFuzz {
    private static final int BLOCK = 512;
    private static final int LONGEST = 1 << 16;

    private TarballFuzz() {}

    /**
     * @param input how it is given, and an archive
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] archive = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] % 2 != 0) {
            for (int block = 0; block + BLOCK <= archive.length; block += BLOCK) {
                putRight(archive, block);
            }
        }
        try (TarballReader reader = new TarballReader(new ByteArrayInputStream(archive))) {
            while (reader.next()) {
                if (reader.size() < 0 || reader.name().length() > 256) {
                    throw new AssertionError(reader.name() + " of " + reader.size() + " bytes");
                }
                if (reader.size() <= LONGEST && reader.content().length != reader.size()) {
                    throw new AssertionError(reader.name() + " has other bytes");
                }
            }
        } catch (IOException e) {
            // Damage, for callers to name.
        }
    }

    /** Every block that is not empty gets the checksum that it would have as a header. */
    private static void putRight(byte[] archive, int block) {
        boolean empty = true;
        int sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            empty &= archive[block + i] == 0;
            if (i < 148 || i >= 156) {
                sum += Byte.toUnsignedInt(archive[block + i]);
            }
        }
        if (!empty) {
            byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, archive, block + 148, digits.length);
        }
    }
}
