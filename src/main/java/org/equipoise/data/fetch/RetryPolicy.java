package org.equipoise.data.fetch;

import java.time.Duration;

/**
 * How patient downloads are.
 *
 * @param tries how often a request is made before it is given up, at least 1
 * @param firstPause wait before the second try; each later wait is twice as long
 * @param silence how long a server may send nothing before the try counts as failed
 */
public record RetryPolicy(int tries, Duration firstPause, Duration silence) {
    /** Three tries, 1 and 2 seconds apart, half a minute of silence. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** Refuses a policy that never tries. */
    public RetryPolicy {
        if (tries < 1) {
            throw new IllegalArgumentException("A policy of " + tries + " tries was asked for");
        }
    }

    /** {@return the wait after some tries have failed} */
    Duration pauseAfter(int failed) {
        return firstPause.multipliedBy(1L << (failed - 1));
    }
}
