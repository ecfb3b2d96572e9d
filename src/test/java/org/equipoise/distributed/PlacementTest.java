package org.equipoise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    /** Ranks that are bound have their processors to themselves; others divide the machine. */
    @ParameterizedTest
    @CsvSource({"1, 16, 16, 16", "2, 16, 8, 8", "2, 16, 16, 8", "3, 16, 16, 5", "4, 2, 2, 1", "4, 64, 1, 1"})
    void threadsOfARank(int ranksHere, int processors, int available, int expected) {
        assertEquals(expected, new Placement(1, ranksHere, processors).threads(available));
    }

    @Test
    void threadsOfOneJvmAreOnOneMachine() {
        List<Placement> all = ThreadRanks.run(3, Placement::of);
        for (Placement placement : all) {
            assertEquals(1, placement.hosts());
            assertEquals(3, placement.ranksHere());
        }
    }
}
