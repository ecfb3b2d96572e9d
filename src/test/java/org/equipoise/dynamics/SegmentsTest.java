package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.kernel.Surrogate;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static Backpropagation settings(int truncate, Tape tape) {
        return new Backpropagation(truncate, tape, new Surrogate.Identity(), Reset.ATTACHED);
    }

    @Test
    void aFullTapeIsOneSegment() {
        assertEquals(new Segments(20, 20, 20), Segments.of(settings(Backpropagation.ALL, Tape.FULL), 20, 1, 100, 1));
        assertEquals(new Segments(20, 6, 6), Segments.of(settings(6, Tape.FULL), 20, 1, 100, 1));
    }

    /** A hundred steps of 1 byte and states of 1 byte: ten segments of ten need 9 + 10, and 1 for the step once more. */
    @Test
    void checkpointsAreWhereTheyTakeTheLeastMemory() {
        Segments segments = Segments.of(settings(Backpropagation.ALL, Tape.CHECKPOINTED), 100, 1, 1, 1);
        assertEquals(19, segments.count() - 1 + segments.length());
        assertEquals(100, segments.end(segments.count() - 1));
        Segments whole = Segments.of(settings(Backpropagation.ALL, Tape.CHECKPOINTED), 100, 1, 1, 1000);
        assertEquals(1, whole.count(), "walking a step again would take more than it saves");
        Segments dear = Segments.of(settings(Backpropagation.ALL, Tape.CHECKPOINTED), 100, 1000, 1, 1);
        assertEquals(1, dear.count(), "states would take more than they save");
    }

    @Test
    void stepsLieInSegmentsAndTheirSlots() {
        Segments segments = new Segments(20, 11, 4);
        assertEquals(3, segments.count());
        assertEquals(9, segments.before());
        assertEquals(4, segments.begin(1));
        assertEquals(8, segments.end(1));
        assertEquals(11, segments.end(2), "the last is shorter");
        assertEquals(2, segments.slot(6));
        assertEquals(10, segments.time(0));
        assertEquals(20, segments.time(10));
    }

    /** The next step's cotangents flow on unless the segment ends with this one, or the walk does. */
    @Test
    void cotangentsFlowWithinASegment() {
        Segments segments = new Segments(20, 11, 4);
        assertTrue(segments.goesOn(0));
        assertTrue(segments.goesOn(2));
        assertFalse(segments.goesOn(3));
        assertTrue(segments.goesOn(9));
        assertFalse(segments.goesOn(10));
    }
}
