package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;

/**
 * Spikes of one layer for several images, one bit a neuron: neuron {@code i} of an image is bit {@code i % 64} of its word {@code
 * i / 64}. Bits of padding lanes are zero. A spare word follows the last image, so that 64 bits may be read from any neuron on.
 *
 * @param segment 64-bit words, image {@code i} starting at word {@code i * layout.wordStride()}
 * @param layout the layer's layout
 * @param images how many images it holds
 */
public record SpikeTensor(MemorySegment segment, LayerLayout layout, int images) implements LayerTensor {
    /** Checks that the memory is as large as the shape says. */
    public SpikeTensor {
        if (segment.byteSize() / Long.BYTES < wordsNeeded(layout, images) && !MemoryScope.unbacked(segment)) {
            throw new IllegalArgumentException("The memory is smaller than " + images + " images of " + layout);
        }
    }

    /**
     * @param layout a layer's layout
     * @param images how many images
     * @return the 64-bit words such a tensor takes
     */
    public static long wordsNeeded(LayerLayout layout, int images) {
        return (long) images * layout.wordStride() + 1;
    }

    /**
     * @param memory where its memory comes from
     * @param name the name of its memory, unique within the owner
     * @param layout the layer's layout
     * @param images how many images it holds
     * @return a tensor of silent neurons
     */
    public static SpikeTensor in(MemoryScope memory, String name, LayerLayout layout, int images) {
        return new SpikeTensor(memory.words(Account.SPIKES, name, wordsNeeded(layout, images)), layout, images);
    }

    /**
     * @param first an image
     * @param count how many images
     * @return the same memory as a tensor of those images alone, numbered from 0
     */
    public SpikeTensor part(int first, int count) {
        long bytes = wordsNeeded(layout, count) * Long.BYTES;
        return new SpikeTensor(segment.asSlice(imageOffset(first), bytes), layout, count);
    }

    @Override
    public long imageOffset(int image) {
        return (long) image * layout.wordStride() * Long.BYTES;
    }

    /**
     * @param image the image
     * @param word the word within the image
     * @return 64 spikes
     */
    public long word(int image, int word) {
        return segment.get(ValueLayout.JAVA_LONG, imageOffset(image) + (long) word * Long.BYTES);
    }

    /**
     * @param image the image
     * @param word the word within the image
     * @param spikes 64 spikes
     */
    public void setWord(int image, int word, long spikes) {
        segment.set(ValueLayout.JAVA_LONG, imageOffset(image) + (long) word * Long.BYTES, spikes);
    }

    /**
     * @param image the image
     * @param index the neuron's index within the image, {@link LayerLayout#index}
     * @return whether it fired
     */
    public boolean get(int image, int index) {
        return (word(image, index >>> 6) >>> index & 1) != 0;
    }

    @Override
    public float[] channelMajor(int image) {
        return layout.channelMajor(neuron -> get(image, neuron) ? 1f : 0f);
    }

    /**
     * @param image the image
     * @param index the neuron's index within the image
     * @param fired whether it fires
     */
    public void set(int image, int index, boolean fired) {
        long bit = 1L << index;
        long word = word(image, index >>> 6);
        setWord(image, index >>> 6, fired ? word | bit : word & ~bit);
    }

    /**
     * @param count how many images, from the first
     * @return the spikes in them
     */
    public long count(int count) {
        long spikes = 0;
        long bytes = imageOffset(count);
        for (long offset = 0; offset < bytes; offset += Long.BYTES) {
            spikes += Long.bitCount(segment.get(ValueLayout.JAVA_LONG, offset));
        }
        return spikes;
    }
}
