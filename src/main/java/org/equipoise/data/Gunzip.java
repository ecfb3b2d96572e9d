package org.equipoise.data;

import java.io.FilterInputStream;
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
     *     and bytes other than zeros after the gzip data show as a {@link ZipException}, a cut as an {@link java.io.EOFException}
     * @throws IOException if the beginning cannot be read
     */
    public static InputStream ifNeeded(InputStream source) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(source, 2);
        byte[] start = whole.readNBytes(2);
        whole.unread(start);
        boolean gzip = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
        return gzip ? new StrictGzipStream(whole) : whole;
    }

    /**
     * The JDK's stream ignores whatever follows the last gzip member; this one refuses it, but for the zeros with which tapes and
     * block devices fill up files.
     */
    private static final class StrictGzipStream extends GZIPInputStream {
        private static final int TRAILER = 8;

        private final WatchedStream source;
        private long filled;

        StrictGzipStream(InputStream source) throws IOException {
            super(new WatchedStream(source), BUFFER);
            this.source = (WatchedStream) in;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            filled = source.position;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count < 0) {
                byte[] rest = new byte[BUFFER];
                while (source.read(rest) >= 0) {
                    // The stream watches what comes.
                }
                // The JDK may have read on in search of another member, and does not give that back.
                long end = filled - inf.getRemaining() + TRAILER;
                if (source.lastNonZero >= end) {
                    throw new ZipException("Bytes follow the gzip data");
                }
            }
            return count;
        }
    }

    /** Knows how far it has been read and where the last byte was that is not zero. */
    private static final class WatchedStream extends FilterInputStream {
        private long position;
        private long lastNonZero = -1;

        WatchedStream(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value > 0) {
                lastNonZero = position;
            }
            position += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            for (int i = count - 1; i >= 0; i--) {
                if (buffer[offset + i] != 0) {
                    lastNonZero = position + i;
                    break;
                }
            }
            position += Math.max(0, count);
            return count;
        }
    }
}
