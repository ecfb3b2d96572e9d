package org.equipoise.interop.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frame that a TFRecord file puts around each record, little-endian: its length as 64 bits, the masked CRC-32C of these, the record,
 * and the masked CRC-32C of the record.
 */
final class RecordFrame {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int MASK_ROTATION = 15;

    private RecordFrame() {}

    /** {@return a record in its frame} */
    static byte[] around(byte[] record) {
        ByteBuffer frame = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + record.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(record.length);
        frame.putInt(maskedChecksum(frame.array(), Long.BYTES));
        frame.put(record);
        frame.putInt(maskedChecksum(record, record.length));
        return frame.array();
    }

    /** Checksums of data that holds checksums are weak, so TFRecord masks them: rotated right, and a constant added. */
    private static int maskedChecksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
    }
}
