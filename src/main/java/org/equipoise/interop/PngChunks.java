package org.equipoise.interop;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.equipoise.error.BadInputException;

/**
 * The outer structure of a PNG image (ISO/IEC 15948): a signature, then chunks of length, type, data and CRC-32 from IHDR to
 * IEND. Decoders are lenient about it, so that an image that was cut short could pass for a whole one.
 */
final class PngChunks {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int IHDR = 0x49484452;
    private static final int IEND = 0x49454E44;
    private static final int TYPE_BYTES = 4;
    private static final int FRAME_BYTES = 12;

    private PngChunks() {}

    /** What the header of an image says of its size, in pixels. */
    record Size(int width, int height) {}

    /**
     * @param bytes a PNG image
     * @param source what messages call it
     * @return its size
     * @throws BadInputException if it is no PNG image, or damaged or not a whole one
     */
    static Size check(byte[] bytes, String source) {
        if (bytes.length < SIGNATURE.length
                || !Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new BadInputException(source + " is not a PNG image, which was expected.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, SIGNATURE.length, bytes.length - SIGNATURE.length);
        Size size = null;
        int type = 0;
        while (type != IEND) {
            int start = buffer.position() + Integer.BYTES;
            int length = readLength(buffer, source);
            type = buffer.getInt(start);
            checkSum(buffer, start, length, source);
            if ((type == IHDR) != (size == null) || (type == IHDR && length != 13)) {
                throw new BadInputException(source + " is a damaged PNG image: one header at its start was expected.");
            }
            if (type == IHDR) {
                size = new Size(buffer.getInt(start + TYPE_BYTES), buffer.getInt(start + TYPE_BYTES + Integer.BYTES));
            }
            buffer.position(start + TYPE_BYTES + length + Integer.BYTES);
        }
        if (size == null || buffer.hasRemaining()) {
            throw new BadInputException(source + " goes on after the end of its PNG image; nothing more was expected.");
        }
        return size;
    }

    private static int readLength(ByteBuffer buffer, String source) {
        int there = buffer.remaining() - FRAME_BYTES;
        int length = there < 0 ? 0 : buffer.getInt(buffer.position());
        if (there < 0 || length < 0 || length > there) {
            throw new BadInputException(source + " is a PNG image cut short; an IEND chunk at its end was expected.");
        }
        return length;
    }

    private static void checkSum(ByteBuffer buffer, int start, int length, String source) {
        CRC32 crc = new CRC32();
        crc.update(buffer.array(), start, TYPE_BYTES + length);
        if ((int) crc.getValue() != buffer.getInt(start + TYPE_BYTES + length)) {
            throw new BadInputException(source + " is a damaged PNG image: the checksum of the chunk at byte "
                    + (start - Integer.BYTES) + " is not the one expected.");
        }
    }
}
