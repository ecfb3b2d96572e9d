package org.equipoise.interop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.equipoise.data.ContentHash;
import org.equipoise.error.BadInputException;

/**
 * A SHA-256 over every byte of a safetensors file that the file itself carries: the first entry of its metadata, always at the same
 * place, is the hash of the file in which these 64 digits are zeros. A file with it is a safetensors file like any other.
 */
final class SafetensorsChecksum {
    /** The key of the metadata. */
    static final String KEY = "equipoise.sha256";

    /** The digits of a file that is being hashed. */
    static final String NO_DIGITS = "0".repeat(64);

    private static final byte[] PREFIX =
            ("{\"" + SafetensorsHeader.METADATA_KEY + "\":{\"" + KEY + "\":\"").getBytes(StandardCharsets.US_ASCII);
    private static final int PLACE = SafetensorsHeader.LENGTH_BYTES + PREFIX.length;
    private static final int START = PLACE + NO_DIGITS.length();
    private static final int CHUNK_BYTES = 1 << 16;

    private SafetensorsChecksum() {}

    /**
     * Puts the digits into the beginning of a file.
     *
     * @param header length and header of a file, with {@link #NO_DIGITS} in it
     */
    static void enter(byte[] header, ContentHash hash) {
        if (!isIn(header)) {
            throw new IllegalStateException("The header does not begin with the checksum");
        }
        byte[] digits = hash.hex().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, PLACE, digits.length);
    }

    /**
     * @return whether a file carries a checksum, which then is right
     * @throws BadInputException if it carries one that is wrong: a byte is not what it was
     */
    static boolean verify(ByteSource source) {
        if (source.size() < START) {
            return false;
        }
        byte[] start = new byte[START];
        source.read(0, start, START);
        if (!isIn(start)) {
            return false;
        }
        byte[] found = Arrays.copyOfRange(start, PLACE, START);
        System.arraycopy(NO_DIGITS.getBytes(StandardCharsets.US_ASCII), 0, start, PLACE, NO_DIGITS.length());
        ContentHash hash = new ContentHash().add(start, 0, START);
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, source.size() - START)];
        for (long done = START; done < source.size(); done += chunk.length) {
            int count = (int) Math.min(chunk.length, source.size() - done);
            source.read(done, chunk, count);
            hash.add(chunk, 0, count);
        }
        byte[] expected = hash.hex().getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, found)) {
            throw new BadInputException(source.name() + " is damaged: its " + source.size()
                    + " bytes do not match the checksum they carry; an unchanged file was expected.");
        }
        return true;
    }

    private static boolean isIn(byte[] start) {
        return start.length >= START
                && Arrays.equals(start, SafetensorsHeader.LENGTH_BYTES, PLACE, PREFIX, 0, PREFIX.length);
    }
}
