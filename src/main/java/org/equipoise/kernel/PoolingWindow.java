package org.equipoise.kernel;

import org.equipoise.tensor.LayerLayout;

/**
 * Pooling over square windows that do not overlap, from the map of a convolution to the neurons of its layer.
 *
 * <p>Member {@code i * size + j} of pooled position {@code (y, x)} is position {@code (y * size + i, x * size + j)} of the map. Rows
 * and columns of the map that fill no whole window are dropped.
 *
 * @param convolved the map, before pooling
 * @param pooled the layer, after it
 * @param size side of the window
 */
public record PoolingWindow(LayerLayout convolved, LayerLayout pooled, int size) {
    /** Checks that the windows lie inside the map and that channels lie alike in both. */
    public PoolingWindow {
        if (size < 1
                || pooled.channelStride() != convolved.channelStride()
                || pooled.height() != convolved.height() / size
                || pooled.width() != convolved.width() / size) {
            throw new IllegalArgumentException(
                    "Windows of side " + size + " do not pool " + convolved + " to " + pooled);
        }
    }

    /** {@return the members of a window: size × size} */
    public int members() {
        return size * size;
    }

    /**
     * @param pooledPosition a position of the layer
     * @param member a member of its window
     * @return that member's position in the map
     */
    public int position(int pooledPosition, int member) {
        int y = pooledPosition / pooled.width() * size + member / size;
        int x = pooledPosition % pooled.width() * size + member % size;
        return y * convolved.width() + x;
    }

    /**
     * @param position a position of the map
     * @return the position of the layer that pools it, or -1 where it is dropped
     */
    public int pooledPosition(int position) {
        int y = position / convolved.width() / size;
        int x = position % convolved.width() / size;
        return y < pooled.height() && x < pooled.width() ? y * pooled.width() + x : -1;
    }
}
