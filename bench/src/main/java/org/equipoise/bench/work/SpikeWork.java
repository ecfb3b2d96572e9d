package org.equipoise.bench.work;

import java.util.List;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/** Packed spikes through the weights of one connection, both ways. */
public final class SpikeWork extends Work {
    private final Shape shape;
    private final int images;
    private final double rate;
    private final SpikeDifference below;
    private final SpikeDifference layer;
    private final WeightBlocks forward;
    private final WeightBlocks backward;
    private final FloatTensor base;
    private final FloatTensor layerCurrent;
    private final FloatTensor belowCurrent;

    /**
     * @param space where it lies
     * @param shape the connection
     * @param images how many images
     * @param rate share of the senders that differ from what was expected, each of which costs a weight row a window
     */
    public SpikeWork(Space space, Shape shape, int images, double rate) {
        super(space);
        this.shape = shape;
        this.images = images;
        this.rate = rate;
        this.below = difference(shape.below());
        this.layer = difference(shape.layer());
        this.forward =
                space.weights(shape.geometry().forwardRows(), shape.layer().channelStride());
        this.backward = shape.hasBackward()
                ? space.weights(shape.geometry().backwardRows(), shape.below().channelStride())
                : null;
        this.base = space.floats(shape.layer(), images);
        this.layerCurrent = space.floats(shape.layer(), images);
        this.belowCurrent = space.floats(shape.below(), images);
    }

    private SpikeDifference difference(LayerLayout layout) {
        return new SpikeDifference(
                space.spikes(layout, images), space.spikes(layout, images), space.events(layout, images));
    }

    @Override
    public void fill() {
        Contents contents = new Contents();
        contents.fill(below, rate);
        contents.fill(layer, rate);
        contents.fill(forward.segment(), 0.05f);
        if (backward != null) {
            contents.fill(backward.segment(), 0.05f);
        }
        contents.fill(base, -1f, 1f);
        layerCurrent.segment().fill((byte) 0);
        contents.fill(belowCurrent, -1f, 1f);
    }

    /**
     * The current of the layer above: the base and the rows of the senders that deviate.
     *
     * @param kernels by which implementation
     */
    public void forward(Kernels kernels) {
        kernels.spikes().addForward(shape.geometry(), below, forward, base, layerCurrent, 0, images);
    }

    /**
     * Rows of the layer above added to the current of the layer below.
     *
     * @param kernels by which implementation
     */
    public void backward(Kernels kernels) {
        kernels.spikes().addBackward(shape.geometry(), layer, backward, belowCurrent, 0, images);
    }

    /**
     * @param kernels by which implementation they are counted
     * @return float32 additions of weights in one {@link #forward}
     */
    public long forwardAdditions(Kernels kernels) {
        KernelMeter meter = new KernelMeter(kernels, List.of());
        forward(meter.kernels());
        return meter.sum(part -> true).additions();
    }

    /**
     * @param kernels by which implementation they are counted
     * @return float32 additions of weights in one {@link #backward}
     */
    public long backwardAdditions(Kernels kernels) {
        KernelMeter meter = new KernelMeter(kernels, List.of());
        backward(meter.kernels());
        return meter.sum(part -> true).additions();
    }

    /** {@return the share of the senders below that differ from what was expected} */
    public double share() {
        long differing = 0;
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < shape.below().positions(); position++) {
                differing += below.count(image, position);
            }
        }
        return differing / (double) ((long) images * shape.below().neurons());
    }
}
