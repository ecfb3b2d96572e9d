package org.equipoise.bench.work;

import java.util.List;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.tensor.FloatTensor;

/** Real-valued states through the weights of one connection, both ways, as rate networks send them. */
public final class StateWork extends Work {
    private final Shape shape;
    private final int images;
    private final FloatTensor below;
    private final FloatTensor layer;
    private final WeightBlocks forward;
    private final WeightBlocks backward;
    private final FloatTensor layerCurrent;
    private final FloatTensor belowCurrent;

    /**
     * @param space where it lies
     * @param shape the connection
     * @param images how many images
     */
    public StateWork(Space space, Shape shape, int images) {
        super(space);
        this.shape = shape;
        this.images = images;
        this.below = space.floats(shape.below(), images);
        this.layer = space.floats(shape.layer(), images);
        this.forward =
                space.weights(shape.geometry().forwardRows(), shape.layer().channelStride());
        this.backward =
                space.weights(shape.geometry().backwardRows(), shape.below().channelStride());
        this.layerCurrent = space.floats(shape.layer(), images);
        this.belowCurrent = space.floats(shape.below(), images);
    }

    @Override
    public void fill() {
        Contents contents = new Contents();
        contents.fillStates(below);
        contents.fillStates(layer);
        contents.fill(forward.segment(), 0.05f);
        contents.fill(backward.segment(), 0.05f);
        contents.fill(layerCurrent, -1f, 1f);
        contents.fill(belowCurrent, -1f, 1f);
    }

    /**
     * Adds to the current of the layer above.
     *
     * @param kernels by which implementation
     */
    public void forward(Kernels kernels) {
        kernels.states().addForward(shape.geometry(), below, forward, layerCurrent, images);
    }

    /**
     * Adds to the current of the layer below.
     *
     * @param kernels by which implementation
     */
    public void backward(Kernels kernels) {
        kernels.states().addBackward(shape.geometry(), layer, backward, belowCurrent, images);
    }

    /**
     * @param kernels by which implementation they are counted
     * @return multiply-adds in one {@link #forward}
     */
    public long forwardAdditions(Kernels kernels) {
        KernelMeter meter = new KernelMeter(kernels, List.of());
        forward(meter.kernels());
        return meter.sum(part -> true).additions();
    }

    /**
     * @param kernels by which implementation they are counted
     * @return multiply-adds in one {@link #backward}
     */
    public long backwardAdditions(Kernels kernels) {
        KernelMeter meter = new KernelMeter(kernels, List.of());
        backward(meter.kernels());
        return meter.sum(part -> true).additions();
    }
}
