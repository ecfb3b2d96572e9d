package org.equipoise.training;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a run directory while one trains in it; the system lets go of it if the process dies. */
final class RunLock implements AutoCloseable {
    /** The name of the file that carries the lock; it stays, since removing it would let two processes in. */
    static final String FILE = ".lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    static RunLock take(Path folder) {
        FileChannel channel = open(folder);
        try {
            if (lock(channel) != null) {
                return new RunLock(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new WorkFailedException("The folder " + folder + " could not be locked: " + e.getMessage() + ".", e);
        }
        throw new BadInputException("The run in " + folder
                + " is being trained by another process; the folder of a run at rest was expected.");
    }

    private static FileChannel open(Path folder) {
        try {
            return FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + folder + " may not be written; a place that may was expected for the run.", e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(RunLock.class.getName())
                    .log(System.Logger.Level.DEBUG, "A run's lock could not be closed", e);
        }
    }
}
