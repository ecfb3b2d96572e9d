package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;

/**
 * float32 values of one layer for several images.
 *
 * @param segment little-endian float32, image {@code i} starting at float {@code (i - firstImage) * layout.floatStride()}
 * @param layout the layer's layout
 * @param firstImage number of the first image it holds, 0 but for windows on a larger batch
 * @param images how many images it holds
 */
public record FloatTensor(MemorySegment segment, LayerLayout layout, int firstImage, int images)
        implements LayerTensor {
    /** Checks that the memory is as large as the shape says. */
    public FloatTensor {
        if (segment.byteSize() / Float.BYTES < floatsNeeded(layout, images) && !MemoryScope.unbacked(segment)) {
            throw new IllegalArgumentException("The memory is smaller than " + images + " images of " + layout);
        }
    }

    /**
     * @param segment little-endian float32
     * @param layout the layer's layout
     * @param images how many images it holds, from image 0
     */
    public FloatTensor(MemorySegment segment, LayerLayout layout, int images) {
        this(segment, layout, 0, images);
    }

    /**
     * @param memory where its memory comes from
     * @param account what it is for
     * @param name the name of its memory, unique within the owner
     * @param layout the layer's layout
     * @param images how many images it holds, from image 0
     * @return a tensor of zeros
     */
    public static FloatTensor in(MemoryScope memory, Account account, String name, LayerLayout layout, int images) {
        return new FloatTensor(memory.floats(account, name, floatsNeeded(layout, images)), layout, images);
    }

    /**
     * @param first an image
     * @return the same memory as room for other images, from that one on
     */
    public FloatTensor from(int first) {
        return new FloatTensor(segment, layout, first, images);
    }

    /**
     * @param first an image
     * @param count how many images
     * @return the same memory as a tensor of those images alone, numbered from 0
     */
    public FloatTensor part(int first, int count) {
        return new FloatTensor(segment.asSlice(imageOffset(first), bytes(count)), layout, count);
    }

    /**
     * @param layout a layer's layout
     * @param images how many images
     * @return the float32 values such a tensor takes
     */
    public static long floatsNeeded(LayerLayout layout, int images) {
        return (long) images * layout.floatStride();
    }

    @Override
    public long imageOffset(int image) {
        return bytes(image - firstImage);
    }

    private long bytes(int count) {
        return (long) count * layout.floatStride() * Float.BYTES;
    }

    /**
     * @param image the image
     * @param index the neuron's index within the image, {@link LayerLayout#index}
     * @return its value
     */
    public float get(int image, int index) {
        return segment.get(ValueLayout.JAVA_FLOAT, imageOffset(image) + (long) index * Float.BYTES);
    }

    /**
     * @param image the image
     * @param index the neuron's index within the image
     * @param value its new value
     */
    public void set(int image, int index, float value) {
        segment.set(ValueLayout.JAVA_FLOAT, imageOffset(image) + (long) index * Float.BYTES, value);
    }

    @Override
    public float[] channelMajor(int image) {
        return layout.channelMajor(neuron -> get(image, neuron));
    }

    /**
     * @param image the image
     * @return a copy of its values without padding, by position and then channel
     */
    public float[] positionMajor(int image) {
        float[] values = new float[layout.neurons()];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(image, layout.index(i / layout.channels(), i % layout.channels()));
        }
        return values;
    }
}
