package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Room for a list of the neurons whose spikes differ from what was expected, which kernels make of packed spikes before they add
 * weight rows: many passes over the weights then read what one pass over the bits found.
 *
 * <p>Both parts hold int32. The contents do not outlive a call, so layers may share the room.
 *
 * @param numbers at most one for each neuron: its number in bits 0 to 30; bit 31 says that it was expected and stayed silent
 * @param starts where in {@code numbers} each group of neighbouring neurons starts, and where the last one ends
 */
public record SpikeEvents(MemorySegment numbers, MemorySegment starts) {
    /** Neurons of the smallest group that can be looked up: the smallest stride of channels. */
    public static final int SMALLEST_GROUP = LayerLayout.LINE;

    /**
     * @param layout a layer
     * @param images how many of its images are listed together
     * @return the int32 values of the list of neurons
     */
    public static long numbersNeeded(LayerLayout layout, int images) {
        return (long) images * layout.wordStride() * Long.SIZE;
    }

    /**
     * @param layout a layer
     * @param images how many of its images are listed together
     * @return the int32 values of the list of starts
     */
    public static long startsNeeded(LayerLayout layout, int images) {
        return numbersNeeded(layout, images) / SMALLEST_GROUP + 1;
    }
}
