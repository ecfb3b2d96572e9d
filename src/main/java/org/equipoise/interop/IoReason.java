package org.equipoise.interop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why an operation on a file failed, in the words of the system and without the file's name. */
final class IoReason {
    /** java.io reports "name (reason)". */
    private static final Pattern IN_PARENTHESES = Pattern.compile(".*\\(([^()]+)\\)", Pattern.DOTALL);

    private IoReason() {}

    /**
     * @param failure what was thrown
     * @return part of a sentence, as {@code no space left on device}
     */
    static String of(IOException failure) {
        String reason = reported(failure);
        if (reason == null || reason.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        boolean word = reason.length() > 1 && Character.isLowerCase(reason.charAt(1));
        return word ? Character.toLowerCase(reason.charAt(0)) + reason.substring(1) : reason;
    }

    private static @Nullable String reported(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "access was denied";
        }
        if (failure instanceof FileSystemException system) {
            return system.getReason();
        }
        String message = failure.getMessage();
        if (failure instanceof FileNotFoundException && message != null) {
            Matcher matcher = IN_PARENTHESES.matcher(message);
            return matcher.matches() ? matcher.group(1) : message;
        }
        return message;
    }
}
