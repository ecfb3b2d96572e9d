package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A mean that follows values. It is moved once an update, a small part of the work of one, so one implementation, in plain code,
 * serves all kernels and gives them the same bits.
 */
public final class RunningMean {
    private static final int ROOM = 1024;

    private RunningMean() {}

    /**
     * {@code mean ← mean + share (value − mean)}, in float32.
     *
     * @param mean float32, changed
     * @param values as many float32 values
     * @param share how much of the way it goes, from 0 to 1
     */
    public static void follow(MemorySegment mean, MemorySegment values, float share) {
        int floats = Math.toIntExact(mean.byteSize() / Float.BYTES);
        for (int i = 0; i < floats; i++) {
            float before = mean.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            mean.setAtIndex(ValueLayout.JAVA_FLOAT, i, before + share * (value - before));
        }
    }

    /**
     * Lets the contents of two pieces of memory change places.
     *
     * @param one float32
     * @param other as many float32 values elsewhere
     */
    public static void exchange(MemorySegment one, MemorySegment other) {
        MemorySegment room = MemorySegment.ofArray(new float[ROOM]);
        long bytes = one.byteSize();
        for (long done = 0; done < bytes; done += room.byteSize()) {
            long part = Math.min(room.byteSize(), bytes - done);
            MemorySegment.copy(one, done, room, 0, part);
            MemorySegment.copy(other, done, one, done, part);
            MemorySegment.copy(room, 0, other, done, part);
        }
    }
}
