package org.equipoise.interop;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * All that {@link AtomicFile} does to files and folders, one operation a method. Tests put a recorder in its place, to see what a loss of
 * power could leave.
 */
class FileOperations {
    /** What is used; another one in tests alone. */
    static volatile FileOperations current = new FileOperations();

    /** A file that is being written. */
    abstract static class Output extends OutputStream {
        /** Waits until the disk has what was written. */
        abstract void force() throws IOException;
    }

    /** Makes or empties a file. */
    Output create(Path file) throws IOException {
        // A stream of java.io rather than a channel: channels close under an interrupted thread.
        FileOutputStream stream = new FileOutputStream(file.toFile());
        return new Output() {
            @Override
            public void write(int value) throws IOException {
                stream.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stream.write(bytes, offset, length);
            }

            @Override
            void force() throws IOException {
                stream.getFD().sync();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    /** Gives a file a second name. */
    void link(Path name, Path file) throws IOException {
        Files.createLink(name, file);
    }

    /** Gives a file another name, which is taken from what has it. */
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes a file, if it is there. */
    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes a folder that is not there. */
    void makeFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    /** Waits until the disk has the names in a folder; systems that cannot open folders (Windows) order such changes themselves. */
    void forceFolder(Path folder) {
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            System.getLogger(AtomicFile.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "The folder " + folder + " could not be forced to disk", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
