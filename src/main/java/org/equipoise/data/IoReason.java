package org.equipoise.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;

/** Says in a few plain words why a file could not be read or written. */
public final class IoReason {
    private IoReason() {}

    /**
     * @param failure what reading or writing threw
     * @return its reason as a clause without a full stop, such as {@code permission was denied}
     */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> "no such file or folder exists";
            case AccessDeniedException e -> "permission was denied";
            case FileAlreadyExistsException e -> "a file is in its place";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case EOFException e -> "it ends too early";
            case ClosedByInterruptException e -> "it was interrupted";
            case ZipException e -> "its gzip data is corrupt";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
