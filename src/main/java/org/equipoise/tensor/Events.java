package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The neurons of a layer whose weight rows are added in a step, each with the factor of its row: 1 for a spike, -1 for a spike that
 * was expected and did not come, an activation for a rate neuron. Decoded once and walked over by every kernel that follows a
 * connection from that layer.
 *
 * <p>For image {@code i}, {@code indices} and {@code factors} hold from element {@code i * layout.paddedNeurons()} the ascending
 * indices of the neurons and their factors, and {@code starts} from int {@code i * (positions + 1)} where each position's part of
 * that list begins; the last entry is the list's length.
 *
 * @param indices int32 neuron indices
 * @param factors float32 factors
 * @param starts int32 offsets into an image's list
 * @param layout the layer's layout
 * @param images how many images there is room for
 */
public record Events(
        MemorySegment indices, MemorySegment factors, MemorySegment starts, LayerLayout layout, int images) {
    /** Checks that the memory is as large as the shape says. */
    public Events {
        long entries = entriesNeeded(layout, images) * Integer.BYTES;
        if (indices.byteSize() < entries
                || factors.byteSize() < entries
                || starts.byteSize() < startsNeeded(layout, images) * Integer.BYTES) {
            throw new IllegalArgumentException(
                    "The memory is smaller than the events of " + images + " images of " + layout);
        }
    }

    /**
     * @param layout a layer's layout
     * @param images how many images
     * @return the entries that indices, and factors, take
     */
    public static long entriesNeeded(LayerLayout layout, int images) {
        return (long) images * layout.paddedNeurons();
    }

    /**
     * @param layout a layer's layout
     * @param images how many images
     * @return the ints that the starts take
     */
    public static long startsNeeded(LayerLayout layout, int images) {
        return (long) images * (layout.positions() + 1);
    }

    /**
     * @param image the image
     * @return the byte offset of its first index and of its first factor
     */
    public long entriesOffset(int image) {
        return (long) image * layout.paddedNeurons() * Integer.BYTES;
    }

    /**
     * @param image the image
     * @return the byte offset of its first start
     */
    public long startsOffset(int image) {
        return (long) image * (layout.positions() + 1) * Integer.BYTES;
    }

    /**
     * @param image the image
     * @param position a position of the layer, or their number
     * @return where that position's part of the list begins, or the length of the list
     */
    public int start(int image, int position) {
        return starts.get(ValueLayout.JAVA_INT, startsOffset(image) + (long) position * Integer.BYTES);
    }

    /**
     * @param image the image
     * @param entry place in its list
     * @return the neuron's index
     */
    public int index(int image, int entry) {
        return indices.get(ValueLayout.JAVA_INT, entriesOffset(image) + (long) entry * Integer.BYTES);
    }

    /**
     * @param image the image
     * @param entry place in its list
     * @return the factor of its weight row
     */
    public float factor(int image, int entry) {
        return factors.get(ValueLayout.JAVA_FLOAT, entriesOffset(image) + (long) entry * Float.BYTES);
    }

    /**
     * @param image the image
     * @return how many neurons are listed
     */
    public int count(int image) {
        return start(image, layout.positions());
    }
}
