package org.equipoise.network;

import org.equipoise.config.Pooling;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.kernel.PoolFolding;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.tensor.LayerLayout;

/** How a connection pools what its convolution gives. */
public sealed interface ConnectionPooling {
    /** Not at all: the neurons of the layer are those of the convolution. */
    record None() implements ConnectionPooling {}

    /**
     * By the mean, which is linear and so folds into the convolution: nothing is pooled while the network settles.
     *
     * @param folding how
     */
    record Average(PoolFolding folding) implements ConnectionPooling {}

    /**
     * By the maximum, which depends on the states: the convolution's map is pooled in every step, and the winners of its windows are
     * where P⁻¹ sends what comes back.
     *
     * @param window from the map to the layer
     * @param winners by what they are found
     */
    record Maximum(PoolingWindow window, Winners winners) implements ConnectionPooling {}

    /**
     * @param pooling what the settings say
     * @param kernel side of the convolution's kernel
     * @param stride its stride
     * @param convolved its map
     * @return what the connection does
     */
    static ConnectionPooling of(Pooling pooling, int kernel, int stride, LayerLayout convolved) {
        return switch (pooling) {
            case Pooling.None none -> new None();
            case Pooling.Average average -> new Average(new PoolFolding(kernel, stride, average.size()));
            case Pooling.Maximum maximum ->
                new Maximum(
                        new PoolingWindow(
                                convolved,
                                LayerLayout.ofNeurons(
                                        convolved.channels(),
                                        convolved.height() / maximum.size(),
                                        convolved.width() / maximum.size()),
                                maximum.size()),
                        maximum.winners());
        };
    }

    /** {@return how pooling folds into the convolution; kinds that do not fold leave the kernel as it is} */
    default PoolFolding folding() {
        return this instanceof Average average ? average.folding() : PoolFolding.NONE;
    }
}
