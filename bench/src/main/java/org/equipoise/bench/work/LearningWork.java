package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels.Descent;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.tensor.FloatTensor;

/** What learning does to one connection: outer products of states, the descent, the layouts derived from the master copy. */
public final class LearningWork extends Work {
    /** Cut as {@code ContrastiveGradient} cuts it. */
    private static final int MIN_GROUP = 8;

    private static final int POSITIONS_OF_GROUP = 128;
    private static final int ROWS_OF_PART = 128;

    /** Without pull towards anything, so that weights stay what they are for however many updates. */
    private static final Descent DESCENT = new Descent(1e-9f, 0.1f, 0.9f, false, 0f, 1f);

    private final Shape shape;
    private final int images;
    private final FloatTensor below;
    private final FloatTensor layer;
    private final WeightBlocks gradient;
    private final MemorySegment biasGradient;
    private final WeightBlocks velocity;
    private final WeightBlocks master;
    private final WeightBlocks forward;
    private final WeightBlocks backward;

    /**
     * @param space where it lies
     * @param shape the connection
     * @param images how many images
     */
    public LearningWork(Space space, Shape shape, int images) {
        super(space);
        this.shape = shape;
        this.images = images;
        int lanes = shape.layer().channelStride();
        int masterRows = shape.learntTaps() * shape.below().channelStride();
        this.below = space.floats(shape.below(), images);
        this.layer = space.floats(shape.layer(), images);
        this.gradient = space.weights(shape.geometry().forwardRows(), lanes);
        this.biasGradient = space.floats(lanes);
        this.velocity = space.weights(masterRows, lanes);
        this.master = space.weights(masterRows, lanes);
        this.forward = pooled() ? space.weights(shape.geometry().forwardRows(), lanes) : master;
        this.backward = shape.hasBackward()
                ? space.weights(shape.geometry().backwardRows(), shape.below().channelStride())
                : null;
    }

    private boolean pooled() {
        return shape.folding().pool() > 1;
    }

    @Override
    public void fill() {
        Contents contents = new Contents();
        contents.fillStates(below);
        contents.fillStates(layer);
        contents.fill(gradient.segment(), 1f);
        contents.fill(biasGradient, 1f);
        contents.fill(velocity.segment(), 1e-3f);
        contents.fill(master.segment(), 0.05f);
        if (pooled()) {
            contents.fill(forward.segment(), 0.05f);
        }
        if (backward != null) {
            backward.segment().fill((byte) 0);
        }
    }

    /**
     * The outer products of the whole connection, part by part as the engine's threads share them.
     *
     * @param kernels by which implementation
     */
    public void outerProducts(Kernels kernels) {
        ConvolutionGeometry geometry = shape.geometry();
        int tapsOfPart = Math.ceilDiv(ROWS_OF_PART, shape.below().channelStride());
        int group = Math.max(MIN_GROUP, POSITIONS_OF_GROUP / shape.layer().positions());
        for (int block = 0; block < gradient.blocks(); block++) {
            for (int tap = 0; tap < geometry.taps(); tap += tapsOfPart) {
                int endTap = Math.min(geometry.taps(), tap + tapsOfPart);
                for (int first = 0; first < images; first += group) {
                    int end = Math.min(images, first + group);
                    kernels.plasticity()
                            .addOuterProducts(geometry, below, layer, 1f, first, end, gradient, block, tap, endTap);
                }
            }
        }
    }

    /**
     * The sums of states that move biases.
     *
     * @param kernels by which implementation
     */
    public void biasGradient(Kernels kernels) {
        kernels.plasticity().addBiasGradient(layer, 1f, images, biasGradient);
    }

    /**
     * The descent of the master weights, with momentum.
     *
     * @param kernels by which implementation
     */
    public void sgdUpdate(Kernels kernels) {
        for (int block = 0; block < master.blocks(); block++) {
            kernels.plasticity()
                    .sgdUpdate(
                            shape.folding(), shape.below().channelStride(), gradient, DESCENT, velocity, master, block);
        }
    }

    /**
     * Pooling folded into the forward weights; nothing for a connection without pooling.
     *
     * @param kernels by which implementation
     */
    public void fold(Kernels kernels) {
        if (pooled()) {
            for (int block = 0; block < master.blocks(); block++) {
                kernels.plasticity().fold(shape.folding(), shape.below().channelStride(), master, forward, block);
            }
        }
    }

    /**
     * The backward weights from the forward ones; nothing towards an image.
     *
     * @param kernels by which implementation
     */
    public void transpose(Kernels kernels) {
        if (backward != null) {
            for (int tap = 0; tap < shape.geometry().taps(); tap++) {
                kernels.plasticity().transpose(shape.geometry(), forward, 1f, backward, tap);
            }
        }
    }

    /** {@return multiply-adds of {@link #outerProducts}} */
    public long products() {
        return (long) images * shape.layer().positions() * shape.geometry().forwardRows() * gradient.lanes();
    }

    /** {@return learnt weights, padding lanes included} */
    public long weights() {
        return (long) master.rows() * master.lanes();
    }
}
