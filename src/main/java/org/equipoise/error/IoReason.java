package org.equipoise.error;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/** Says in a few plain words, without the file's name, why a file could not be read or written. */
public final class IoReason {
    /** java.io reports "name (reason)". */
    private static final Pattern IN_PARENTHESES = Pattern.compile(".*\\(([^()]+)\\)", Pattern.DOTALL);

    private IoReason() {}

    /**
     * Words a failure as a part of a sentence.
     *
     * @param failure what reading or writing threw
     * @return its reason as a clause without a full stop, such as {@code permission was denied} or {@code no space left on device}
     */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> "no such file or folder exists";
            case AccessDeniedException e -> "permission was denied";
            case FileAlreadyExistsException e -> "a file is in its place";
            case FileSystemException e when e.getReason() != null -> inSentence(e.getReason());
            case EOFException e -> "it ends too early";
            case ClosedByInterruptException e -> "it was interrupted";
            case ZipException e -> "its gzip data is corrupt";
            case FileNotFoundException e when e.getMessage() != null -> inSentence(inParentheses(e.getMessage()));
            default ->
                failure.getMessage() == null || failure.getMessage().isBlank()
                        ? failure.getClass().getSimpleName()
                        : inSentence(failure.getMessage());
        };
    }

    private static String inParentheses(String message) {
        Matcher matcher = IN_PARENTHESES.matcher(message);
        return matcher.matches() ? matcher.group(1) : message;
    }

    /** Systems begin with a capital letter, which is left to names and abbreviations. */
    private static String inSentence(String reason) {
        boolean word = reason.length() > 1 && Character.isLowerCase(reason.charAt(1));
        return word ? Character.toLowerCase(reason.charAt(0)) + reason.substring(1) : reason;
    }
}
