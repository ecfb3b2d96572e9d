package org.equipoise.error;

/**
 * Thrown when the input was fine but the work could not be done: a disk that is full, a registry that does not answer, a
 * checksum that does not match after a download.
 *
 * <p>The message is one sentence for people that gives the reason. The command line prints it alone and exits with code 1.
 */
public class WorkFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what could not be done.
     *
     * @param message one sentence that gives the reason
     */
    public WorkFailedException(String message) {
        super(message);
    }

    /**
     * Says what could not be done, and what revealed it.
     *
     * @param message one sentence that gives the reason
     * @param cause the lower-level failure, shown only on request
     */
    public WorkFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
