package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.FloatTensor;

/**
 * A mean of activations over steps, summed step by step where it is kept. It is a few steps of a phase of hundreds, so one
 * implementation, in plain code, serves all kernels and gives them the same bits.
 *
 * @param number which of the steps has just been taken, from 0
 * @param steps how many there are
 */
public record StateMean(int number, int steps) {
    /** The mean over one step: the activations themselves. */
    public static final StateMean LAST_STEP = new StateMean(0, 1);

    /** Refuses steps that the mean does not have. */
    public StateMean {
        if (number < 0 || number >= steps) {
            throw new IllegalArgumentException("Step " + number + " of " + steps);
        }
    }

    /**
     * {@code mean = s} at the first step, {@code mean + s} at each later one, and then {@code mean * (1 / steps)} at the last of
     * several, in float32.
     *
     * @param mean where the mean is kept
     * @param firstImage first image there
     * @param s activations after the step, from image 0, of the same layout
     * @param images how many images
     */
    public void include(FloatTensor mean, int firstImage, FloatTensor s, int images) {
        if (number == 0) {
            mean.copyFrom(firstImage, s, 0, images);
        } else {
            add(slice(mean, firstImage, images), slice(s, 0, images), number == steps - 1 ? 1f / steps : 1f);
        }
    }

    /**
     * @param mean where the mean is kept
     * @param value the value after the step
     * @return the mean with this step
     */
    public float include(float mean, float value) {
        if (number == 0) {
            return value;
        }
        return (mean + value) * (number == steps - 1 ? 1f / steps : 1f);
    }

    private static MemorySegment slice(FloatTensor tensor, int firstImage, int images) {
        return tensor.segment()
                .asSlice(
                        tensor.imageOffset(firstImage),
                        FloatTensor.floatsNeeded(tensor.layout(), images) * Float.BYTES);
    }

    private static void add(MemorySegment mean, MemorySegment values, float factor) {
        int floats = Math.toIntExact(mean.byteSize() / Float.BYTES);
        for (int i = 0; i < floats; i++) {
            float sum = mean.getAtIndex(ValueLayout.JAVA_FLOAT, i) + values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            mean.setAtIndex(ValueLayout.JAVA_FLOAT, i, sum * factor);
        }
    }
}
