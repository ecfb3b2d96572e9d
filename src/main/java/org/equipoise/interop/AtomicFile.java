package org.equipoise.interop;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
            FileOperations.current.rename(hidden, file);
            FileOperations.current.forceFolder(folder);
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
            FileOperations.current.forceFolder(folderOf(name));
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
        unfinished(folder).forEach(AtomicFile::delete);
    }

    /**
     * Removes files of one folder, so that they stay removed.
     *
     * @throws WorkFailedException if that cannot be done
     */
    public static void remove(List<Path> files) {
        for (Path file : files) {
            if (Files.exists(file)) {
                delete(file);
                FileOperations.current.forceFolder(folderOf(file));
            }
        }
    }

    private static void delete(Path file) {
        try {
            FileOperations.current.delete(file);
        } catch (IOException e) {
            throw new WorkFailedException(file + " cannot be removed: " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * Gives a file another name in its folder, which is taken from what has it.
     *
     * @throws WorkFailedException if that cannot be done
     */
    public static void move(Path file, Path name) {
        try {
            FileOperations.current.rename(file, name);
            FileOperations.current.forceFolder(folderOf(name));
        } catch (IOException e) {
            throw new WorkFailedException(file + " could not be set aside: " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * Makes a folder that is not there, so that it lasts.
     *
     * @throws IOException if it cannot be made, or is there
     */
    public static void makeFolder(Path folder) throws IOException {
        FileOperations.current.makeFolder(folder);
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            FileOperations.current.forceFolder(parent);
        }
    }

    /**
     * Makes a folder and those that it is in, as far as they are not there, so that they last.
     *
     * @throws IOException if they cannot be made
     */
    public static void makeFolders(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (Files.isDirectory(folder)) {
            return;
        }
        if (parent != null) {
            makeFolders(parent);
        }
        try {
            makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            // Another process may have made it meanwhile.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** {@return whether a name is one of those that {@link #removeUnfinished} removes} */
    public static boolean isUnfinished(Path name) {
        String text = name.toString();
        return text.startsWith(HIDDEN) && text.endsWith(UNFINISHED);
    }

    /**
     * @param folder a folder
     * @return a name that no file in it has, for one that {@link #removeUnfinished} is to remove if its process is killed
     */
    public static Path unfinishedIn(Path folder) {
        return folder.resolve(HIDDEN + UUID.randomUUID() + UNFINISHED);
    }

    /**
     * @param target a file that is to be written
     * @return a name as above in its folder
     * @throws BadInputException if its folder does not exist, or the name belongs to something that is not a file
     */
    public static Path unfinishedBeside(Path target) {
        return unfinishedIn(folderOf(resolve(target)));
    }

    private static void nameAlso(Path file, Path name) throws IOException {
        Path link = unfinishedIn(folderOf(name));
        try {
            try {
                FileOperations.current.link(link, file);
            } catch (UnsupportedOperationException | FileSystemException e) {
                // Some file systems have no links.
                writeAndForce(link, out -> Files.copy(file, out));
            }
            FileOperations.current.rename(link, name);
        } finally {
            // Moving a link over another link to the same file does nothing at all.
            FileOperations.current.delete(link);
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
        try (FileOperations.Output file = FileOperations.current.create(hidden);
                OutputStream out = new BufferedOutputStream(file, BUFFER_BYTES)) {
            content.writeTo(out);
            out.flush();
            file.force();
        }
    }

    private static void remove(Path hidden, Throwable failure) {
        try {
            FileOperations.current.delete(hidden);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
