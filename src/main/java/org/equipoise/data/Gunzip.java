package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Decompresses a stream that may or may not be gzip, which its first two bytes tell. */
public final class Gunzip {
    private static final int BUFFER = 1 << 16;

    private Gunzip() {}

    /**
     * @param source a stream at its beginning
     * @return the decompressed content if the source starts as gzip does (1f 8b), else the content as it is; damage, a wrong CRC
     *     and bytes after the gzip data show as a {@link ZipException}, a cut as an {@link java.io.EOFException}
     * @throws IOException if the beginning cannot be read
     */
    public static InputStream ifNeeded(InputStream source) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(source, 2);
        byte[] start = whole.readNBytes(2);
        whole.unread(start);
        boolean gzip = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
        return gzip ? new StrictGzipStream(whole) : whole;
    }

    /** The JDK's stream ignores whatever follows the last gzip member; this one refuses it. */
    private static final class StrictGzipStream extends GZIPInputStream {
        private static final int TRAILER = 8;

        StrictGzipStream(InputStream source) throws IOException {
            super(source, BUFFER);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
                throw new ZipException("Bytes follow the gzip data");
            }
            return count;
        }
    }
}
