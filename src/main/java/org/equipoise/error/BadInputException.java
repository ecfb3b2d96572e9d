package org.equipoise.error;

/**
 * Thrown when something a caller or user supplied cannot be accepted: a file, a setting, a shape, a count.
 *
 * <p>The message is one sentence for people that says what was wrong, where, and what was expected. The command line prints
 * it alone and exits with code 2.
 */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what cannot be accepted.
     *
     * @param message one sentence: what, where, and what was expected
     */
    public BadInputException(String message) {
        super(message);
    }

    /**
     * Says what cannot be accepted, and what revealed it.
     *
     * @param message one sentence: what, where, and what was expected
     * @param cause the lower-level failure that revealed it, shown only on request
     */
    public BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
