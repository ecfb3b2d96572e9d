package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The spikes of a layer relative to those that were expected: 1 for a neuron that fired unexpectedly, -1 for one that unexpectedly
 * did not, 0 for all others. It is the difference of two packed tensors.
 *
 * @param spikes which neurons fired
 * @param expected which neurons were expected to fire
 * @param events room in which kernels list those that differ, for as many images as they are given together
 * @param purpose why it is sent; makes no difference to what is computed
 */
public record SpikeDifference(SpikeTensor spikes, SpikeTensor expected, SpikeEvents events, Purpose purpose) {
    /** Why a difference is sent. */
    public enum Purpose {
        /** Neurons fired that were not expected to, or the reverse. */
        SPIKES,
        /** Other neurons are expected to fire than before: sums over the expected spikes are brought up to date. */
        EXPECTATION
    }

    /** Checks that the two tensors are of one shape. */
    public SpikeDifference {
        if (!spikes.layout().equals(expected.layout()) || spikes.images() != expected.images()) {
            throw new IllegalArgumentException(
                    "Spikes of " + spikes.layout() + " cannot be compared with expectations of " + expected.layout());
        }
    }

    /**
     * Spikes that are sent because neurons fired.
     *
     * @param spikes which neurons fired
     * @param expected which neurons were expected to fire
     * @param events room in which kernels list those that differ
     */
    public SpikeDifference(SpikeTensor spikes, SpikeTensor expected, SpikeEvents events) {
        this(spikes, expected, events, Purpose.SPIKES);
    }

    /** {@return the layer's layout} */
    public LayerLayout layout() {
        return spikes.layout();
    }

    /**
     * @param image the image
     * @param index the neuron's index within the image
     * @return 1, 0 or -1
     */
    public int sign(int image, int index) {
        return (spikes.get(image, index) ? 1 : 0) - (expected.get(image, index) ? 1 : 0);
    }

    /**
     * @param image the image
     * @param word the word within the image
     * @return which of its 64 neurons differ from what was expected
     */
    public long word(int image, int word) {
        return spikes.word(image, word) ^ expected.word(image, word);
    }

    /**
     * @param images how many images, from the first
     * @return whether no neuron of them differs from what was expected
     */
    public boolean isZero(int images) {
        long bytes = spikes.imageOffset(images);
        return MemorySegment.mismatch(spikes.segment(), 0, bytes, expected.segment(), 0, bytes) < 0;
    }

    /**
     * @param image the image
     * @param position a position of the layer
     * @return how many of its neurons differ from what was expected
     */
    public int count(int image, int position) {
        int count = 0;
        int first = layout().index(position, 0);
        for (int neuron = first; neuron < first + layout().channelStride(); neuron++) {
            count += sign(image, neuron) == 0 ? 0 : 1;
        }
        return count;
    }
}
