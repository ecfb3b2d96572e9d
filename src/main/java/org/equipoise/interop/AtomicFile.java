package org.equipoise.interop;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Puts a file in place whole or not at all: content goes to a hidden file in the same folder, is forced to the disk, and then
 * takes the name of the file, replacing what was there.
 *
 * <p>A crash or power cut at any moment leaves either the old file or the new one. An interrupted thread still completes the
 * write, so that a run can be saved while it is being stopped.
 */
public final class AtomicFile {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String HIDDEN = ".equipoise-";
    private static final String UNFINISHED = ".tmp";

    private AtomicFile() {}

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /**
         * @param out where to write; buffered, closed by the caller
         * @throws IOException if {@code out} does
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file of the default file system.
     *
     * @param target the file; where it is a symbolic link, what it points to is replaced
     * @throws BadInputException if its folder does not exist, or the name belongs to something that is not a file
     * @throws WorkFailedException if it cannot be written: no right to, no space
     */
    public static void write(Path target, Content content) {
        put(target, null, content);
    }

    /**
     * Writes a file and keeps the one it replaces under another name. At every moment the name of the file belongs to a whole file.
     *
     * @param previous the name in the same folder that the replaced file takes, replacing what has that name
     * @throws BadInputException if its folder does not exist, or the name belongs to something that is not a file
     * @throws WorkFailedException if it cannot be written: no right to, no space
     */
    public static void writeKeeping(Path target, Path previous, Content content) {
        put(target, previous, content);
    }

    private static void put(Path target, @Nullable Path previous, Content content) {
        Path file = resolve(target);
        Path folder = folderOf(file);
        Path hidden = unfinishedIn(folder);
        try {
            writeAndForce(hidden, content);
            if (previous != null && Files.exists(file)) {
                nameAlso(file, previous);
            }
            Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folder);
        } catch (IOException e) {
            remove(hidden, e);
            throw new WorkFailedException(target + " could not be written: " + IoReason.of(e) + ".", e);
        } catch (RuntimeException | Error e) {
            remove(hidden, e);
            throw e;
        }
    }

    /**
     * Gives a file a second name, whole or not at all.
     *
     * @param name another name in the same folder, taken from what has it
     * @throws WorkFailedException if that cannot be done
     */
    public static void keepAs(Path file, Path name) {
        try {
            nameAlso(file, name);
            forceFolder(folderOf(name));
        } catch (IOException e) {
            throw new WorkFailedException(name + " could not be written: " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * @return what processes that write into a folder now, or were killed while they wrote, have not finished
     * @throws WorkFailedException if it cannot be listed
     */
    public static List<Path> unfinished(Path folder) {
        List<Path> unfinished = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, HIDDEN + "*" + UNFINISHED)) {
            files.forEach(unfinished::add);
        } catch (IOException e) {
            throw new WorkFailedException("The folder " + folder + " cannot be listed: " + IoReason.of(e) + ".", e);
        } catch (DirectoryIteratorException e) {
            IOException cause = e.getCause();
            String reason = cause == null ? "it changed meanwhile" : IoReason.of(cause);
            throw new WorkFailedException("The folder " + folder + " cannot be listed: " + reason + ".", e);
        }
        return unfinished;
    }

    /**
     * Removes what processes that were killed while they wrote have left. Nobody else may be writing to the folder.
     *
     * @throws WorkFailedException if that cannot be done
     */
    public static void removeUnfinished(Path folder) {
        for (Path file : unfinished(folder)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new WorkFailedException(file + " cannot be removed: " + IoReason.of(e) + ".", e);
            }
        }
    }

    /**
     * @param folder a folder
     * @return a name that no file in it has, for one that {@link #removeUnfinished} is to remove if its process is killed
     */
    public static Path unfinishedIn(Path folder) {
        return folder.resolve(HIDDEN + UUID.randomUUID() + UNFINISHED);
    }

    private static void nameAlso(Path file, Path name) throws IOException {
        Path link = unfinishedIn(folderOf(name));
        try {
            try {
                Files.createLink(link, file);
            } catch (UnsupportedOperationException | FileSystemException e) {
                // Some file systems have no links.
                writeAndForce(link, out -> Files.copy(file, out));
            }
            Files.move(link, name, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            // Moving a link over another link to the same file does nothing at all.
            Files.deleteIfExists(link);
        }
    }

    private static Path resolve(Path target) {
        Path file = target;
        try {
            if (Files.isSymbolicLink(target) && Files.exists(target)) {
                file = target.toRealPath();
            }
        } catch (IOException e) {
            throw new WorkFailedException(target + " could not be written: " + IoReason.of(e) + ".", e);
        }
        // Moving over a device or pipe would replace it by a plain file.
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
            throw new BadInputException(
                    target + " is " + ByteSource.kind(file) + "; the name of a new or existing file was expected.");
        }
        return file;
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInputException(file + " cannot be written, since the folder " + folder + " does not exist.");
        }
        return folder;
    }

    private static void writeAndForce(Path hidden, Content content) throws IOException {
        // A stream of java.io rather than a channel: channels close under an interrupted thread.
        try (FileOutputStream file = new FileOutputStream(hidden.toFile());
                OutputStream out = new BufferedOutputStream(file, BUFFER_BYTES)) {
            content.writeTo(out);
            out.flush();
            file.getFD().sync();
        }
    }

    /** Makes the new name last; systems that cannot open folders (Windows) order such changes themselves. */
    private static void forceFolder(Path folder) {
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

    private static void remove(Path hidden, Throwable failure) {
        try {
            Files.deleteIfExists(hidden);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
