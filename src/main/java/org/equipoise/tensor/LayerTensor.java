package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;

/** Values of one layer for several images, which lie in memory one after the other: numbers, or packed spikes. */
public sealed interface LayerTensor permits FloatTensor, SpikeTensor {
    /** {@return the memory} */
    MemorySegment segment();

    /** {@return the layer's layout} */
    LayerLayout layout();

    /**
     * @param image the image
     * @return the byte offset of its first value
     */
    long imageOffset(int image);

    /**
     * @param image the image
     * @return a copy of its values without padding, spikes as 0 and 1, by channel and then position, the order of files
     */
    float[] channelMajor(int image);

    private long bytes(int count) {
        return imageOffset(count) - imageOffset(0);
    }

    /**
     * Copies whole images from another tensor of the same kind and layout.
     *
     * @param targetImage first image written
     * @param source tensor read
     * @param sourceImage first image read
     * @param count how many images
     */
    default void copyFrom(int targetImage, LayerTensor source, int sourceImage, int count) {
        MemorySegment.copy(
                source.segment(), source.imageOffset(sourceImage), segment(), imageOffset(targetImage), bytes(count));
    }

    /**
     * Lets two images change places.
     *
     * @param image one
     * @param other the other
     * @param exchange room to do it in
     */
    default void exchange(int image, int other, Exchange exchange) {
        exchange.between(segment(), imageOffset(image), imageOffset(other), bytes(1));
    }

    /**
     * Sets the first images to zero.
     *
     * @param count how many
     */
    default void clear(int count) {
        segment().asSlice(0, bytes(count)).fill((byte) 0);
    }
}
