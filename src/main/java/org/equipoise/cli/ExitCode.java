package org.equipoise.cli;

/** What the process tells its caller. */
final class ExitCode {
    /** The work is done. */
    static final int DONE = 0;

    /** The work failed. */
    static final int FAILED = 1;

    /** Wrong usage or bad input. */
    static final int BAD_INPUT = 2;

    /** More memory would have been needed than was allowed. */
    static final int OVER_BUDGET = 3;

    /** Interrupted, and saved. The JVM itself turns it into 143 where it was asked to terminate. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
