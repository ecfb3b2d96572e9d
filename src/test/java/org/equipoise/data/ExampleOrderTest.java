package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 97, 128, 60_000})
    void meetsEveryExampleOnce(int examples) {
        int[] sorted = new ExampleOrder(5, examples).epoch(3);
        Arrays.sort(sorted);

        assertArrayEquals(IntStream.range(0, examples).toArray(), sorted);
    }

    /** Worked out by a second implementation, in Python. */
    @Test
    void isTheSameEverywhere() {
        assertArrayEquals(new int[] {7, 9, 1, 4, 0, 8, 2, 5, 6, 3}, new ExampleOrder(0, 10).epoch(0));
        assertArrayEquals(new int[] {6, 5, 3, 7, 8, 4, 9, 2, 1, 0}, new ExampleOrder(0, 10).epoch(1));
        assertArrayEquals(new int[] {9, 3, 8, 6, 7, 5, 0, 1, 2, 4}, new ExampleOrder(42, 10).epoch(7));
    }

    @Test
    void dependsOnNothingAskedBefore() {
        ExampleOrder order = new ExampleOrder(1, 50);
        int[] first = order.epoch(4);
        order.epoch(5)[0] = -1;

        assertArrayEquals(first, order.epoch(4));
        assertArrayEquals(first, new ExampleOrder(1, 50).epoch(4));
    }

    @Test
    void makesAllOrdersEquallyOften() {
        int epochs = 24_000;
        ExampleOrder order = new ExampleOrder(11, 4);
        Map<String, Integer> counts = new HashMap<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            counts.merge(Arrays.toString(order.epoch(epoch)), 1, Integer::sum);
        }

        assertEquals(24, counts.size());
        double expected = epochs / 24.0;
        double chiSquare = counts.values().stream()
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // 23 degrees of freedom: a thousandth of fair shuffles exceed 49.73
        assertTrue(chiSquare < 49.73, "chi-square " + chiSquare);
    }

    @Test
    void refusesAnOrderOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> new ExampleOrder(0, 0));
    }
}
