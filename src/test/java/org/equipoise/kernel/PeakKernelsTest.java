package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.random.CounterRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loops that measure the machine compute what they say, with the same bits with vectors as with scalar code. */
@Tag("kernels")
class PeakKernelsTest {
    private static final int PASSES = 3;
    private static final int CHUNKS = 2;

    private final PeakKernels scalar = PeakKernels.like(Kernels.scalar());
    private final PeakKernels chosen =
            PeakKernels.like(KernelSelection.ofThisJvm().kernels());

    @Test
    void rowsAreAddedInTheirOrder() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = random(arena, PeakKernels.ROWS * PeakKernels.ROW_FLOATS, 1);
            MemorySegment expected = random(arena, PeakKernels.ROW_FLOATS, 2);
            MemorySegment found = arena.allocate(expected.byteSize(), 64).copyFrom(expected);
            float third = expected.getAtIndex(ValueLayout.JAVA_FLOAT, 3);
            for (int pass = 0; pass < PASSES; pass++) {
                for (int row = 0; row < PeakKernels.ROWS; row++) {
                    third += rows.getAtIndex(ValueLayout.JAVA_FLOAT, row * PeakKernels.ROW_FLOATS + 3);
                }
            }
            scalar.addRows(rows, expected, PASSES);
            chosen.addRows(rows, found, PASSES);
            assertEquals(third, expected.getAtIndex(ValueLayout.JAVA_FLOAT, 3));
            KernelShapes.assertSameBits(expected, found);
        }
    }

    @Test
    void aChunkOfTheStreamsIsAdded() {
        try (Arena arena = Arena.ofConfined()) {
            int floats = CHUNKS * PeakKernels.CHUNK_FLOATS;
            MemorySegment a = random(arena, floats, 3);
            MemorySegment b = random(arena, floats, 4);
            MemorySegment expected = random(arena, floats, 5);
            MemorySegment found = arena.allocate(expected.byteSize(), 64).copyFrom(expected);
            float before = expected.getAtIndex(ValueLayout.JAVA_FLOAT, PeakKernels.CHUNK_FLOATS - 1);
            scalar.addStreams(a, b, expected, 1);
            chosen.addStreams(a, b, found, 1);
            assertEquals(before, expected.getAtIndex(ValueLayout.JAVA_FLOAT, PeakKernels.CHUNK_FLOATS - 1));
            for (int i = PeakKernels.CHUNK_FLOATS; i < floats; i++) {
                assertEquals(
                        a.getAtIndex(ValueLayout.JAVA_FLOAT, i) + b.getAtIndex(ValueLayout.JAVA_FLOAT, i),
                        expected.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
            KernelShapes.assertSameBits(expected, found);
        }
    }

    private static MemorySegment random(Arena arena, int floats, long seed) {
        CounterRandom random = new CounterRandom(seed, 7);
        MemorySegment segment = arena.allocate((long) floats * Float.BYTES, 64);
        for (int i = 0; i < floats; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.below(1 << 24, i) / 12345678f - 0.5f);
        }
        return segment;
    }
}
