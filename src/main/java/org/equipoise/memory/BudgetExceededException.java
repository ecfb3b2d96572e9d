package org.equipoise.memory;

/** Thrown when a plan does not fit the memory that a run may use; nothing has been allocated then. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what does not fit.
     *
     * @param message one sentence: what was needed, what was allowed, and the largest accounts
     */
    public BudgetExceededException(String message) {
        super(message);
    }

    /**
     * Says what does not fit, and what revealed it.
     *
     * @param message one sentence: what was needed and what could be had
     * @param cause the failed allocation
     */
    public BudgetExceededException(String message, Throwable cause) {
        super(message, cause);
    }
}
