package org.equipoise.interop;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/** Bytes of known number that can be read from any position: an open file or an array. Safe for use by several threads. */
sealed interface ByteSource extends AutoCloseable {
    /** {@return what messages call it} */
    String name();

    /** {@return how many bytes it has} */
    long size();

    /**
     * Fills an array. The caller has checked that the bytes are there.
     *
     * @param position the first byte read
     * @param target filled from its start
     * @param count how many bytes
     * @throws WorkFailedException if they cannot be read
     */
    void read(long position, byte[] target, int count);

    @Override
    void close();

    /**
     * @param expected what it should be, as {@code a PNG image}
     * @return the bytes of a file, to be closed after use
     * @throws BadInputException if there is no such file or it may not be read
     */
    static ByteSource of(Path file, String expected) {
        FileChannel channel = open(file, expected);
        try {
            return new OfFile(file.toString(), channel, channel.size());
        } catch (IOException e) {
            throw new WorkFailedException(file + " could not be read: " + IoReason.of(e) + ".", e);
        }
    }

    /** {@return a source over bytes, which are not copied, and of the name that messages shall call them} */
    static ByteSource of(byte[] bytes, String name) {
        return new OfArray(name, MemorySegment.ofArray(bytes));
    }

    private static FileChannel open(Path file, String expected) {
        requireFile(file, expected);
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new BadInputException(
                    file + " cannot be opened (" + IoReason.of(e) + "); " + expected + " was expected.", e);
        }
    }

    /**
     * @param file a path
     * @param expected what should be there
     * @throws BadInputException if there is nothing, or a folder, device or pipe
     */
    static void requireFile(Path file, String expected) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadInputException(file + " does not exist; " + expected + " was expected.");
        }
        if (!Files.isRegularFile(file)) {
            boolean stream = Files.exists(file) && !Files.isDirectory(file);
            throw new BadInputException(file + " is " + kind(file) + (stream ? ", which can be read only once" : "")
                    + "; " + expected + " was expected.");
        }
    }

    /** {@return what an existing path is that is not a file; a process substitution of a shell is a link to a pipe} */
    static String kind(Path path) {
        if (Files.isSymbolicLink(path) && !Files.exists(path)) {
            return "a link to nothing";
        }
        return Files.isDirectory(path) ? "a folder" : "a device or pipe";
    }

    /** Bytes of a file that stays open, so that replacing the file does not mix its old content with the new. */
    record OfFile(String name, FileChannel channel, long size) implements ByteSource {
        @Override
        public void read(long position, byte[] target, int count) {
            ByteBuffer buffer = ByteBuffer.wrap(target, 0, count);
            try {
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer, position + buffer.position()) < 0) {
                        throw new EOFException("it became shorter meanwhile");
                    }
                }
            } catch (IOException e) {
                throw new WorkFailedException(name + " could not be read: " + IoReason.of(e) + ".", e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new WorkFailedException(name + " could not be closed: " + IoReason.of(e) + ".", e);
            }
        }
    }

    /** Bytes of an array. */
    record OfArray(String name, MemorySegment bytes) implements ByteSource {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public void read(long position, byte[] target, int count) {
            MemorySegment.copy(bytes, position, MemorySegment.ofArray(target), 0, count);
        }

        @Override
        public void close() {}
    }
}
