package org.equipoise.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void countsItsValues() {
        assertEquals(60, Shape.of(10, 3, 2).elements());
        assertEquals(1, Shape.of().elements());
        assertEquals(0, Shape.of(4, 0).elements());
        assertEquals("[10, 3, 2]", Shape.of(10, 3, 2).toString());
    }

    @Test
    void refusesWhatCannotExist() {
        assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
        assertThrows(IllegalArgumentException.class, () -> Shape.of(1L << 32, 1L << 31));
    }
}
