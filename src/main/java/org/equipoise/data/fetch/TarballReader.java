package org.equipoise.data.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;
import org.equipoise.data.Gunzip;

/**
 * Reads a gzipped tar archive entry by entry. It writes nothing: names in the archive are only names, so none can lead out of a
 * folder.
 */
final class TarballReader implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE_START = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM_START = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int PREFIX_START = 345;
    private static final int PREFIX_LENGTH = 155;

    private final InputStream in;
    private String name = "";
    private long size;
    private long unread;

    TarballReader(InputStream source) throws IOException {
        in = Gunzip.ifNeeded(source);
    }

    /**
     * Moves to the next regular file.
     *
     * @return whether there is one
     */
    boolean next() throws IOException {
        while (true) {
            in.skipNBytes(unread);
            unread = 0;
            byte[] header = in.readNBytes(BLOCK);
            if (header.length == 0 || isZero(header)) {
                return false;
            }
            if (header.length < BLOCK) {
                throw new EOFException();
            }
            checkSum(header);
            size = octal(header, SIZE_START, SIZE_LENGTH);
            unread = Math.ceilDiv(size, BLOCK) * (long) BLOCK;
            if (header[TYPE] == '0' || header[TYPE] == 0) {
                String prefix = text(header, PREFIX_START, PREFIX_LENGTH);
                String last = text(header, 0, NAME_LENGTH);
                name = prefix.isEmpty() ? last : prefix + "/" + last;
                return true;
            }
        }
    }

    /** {@return the name of the file it is at} */
    String name() {
        return name;
    }

    /** {@return the bytes of the file it is at} */
    long size() {
        return size;
    }

    /** {@return the content of the file it is at, to be asked for once} */
    byte[] content() throws IOException {
        byte[] content = in.readNBytes(Math.toIntExact(size));
        if (content.length < size) {
            throw new EOFException();
        }
        unread -= size;
        return content;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static boolean isZero(byte[] header) {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static void checkSum(byte[] header) throws IOException {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean ownField = i >= CHECKSUM_START && i < CHECKSUM_START + CHECKSUM_LENGTH;
            sum += ownField ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum != octal(header, CHECKSUM_START, CHECKSUM_LENGTH)) {
            throw new ZipException("A tar header's checksum is wrong");
        }
    }

    private static long octal(byte[] header, int start, int length) throws IOException {
        try {
            return Long.parseUnsignedLong(text(header, start, length).strip(), 8);
        } catch (NumberFormatException e) {
            throw new IOException("a tar header has no number where one belongs", e);
        }
    }

    private static String text(byte[] header, int start, int length) {
        int end = start;
        while (end < start + length && header[end] != 0) {
            end++;
        }
        return new String(header, start, end - start, StandardCharsets.UTF_8);
    }
}
