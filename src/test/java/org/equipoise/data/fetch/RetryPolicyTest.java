package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    @Test
    void waitsTwiceAsLongEachTime() {
        assertEquals(Duration.ofSeconds(1), RetryPolicy.DEFAULT.pauseAfter(1));
        assertEquals(Duration.ofSeconds(2), RetryPolicy.DEFAULT.pauseAfter(2));
    }

    @Test
    void triesAtLeastOnce() {
        assertEquals(1, new RetryPolicy(1, Duration.ZERO, Duration.ofSeconds(1)).tries());
        assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(0, Duration.ZERO, Duration.ofSeconds(1)));
    }
}
