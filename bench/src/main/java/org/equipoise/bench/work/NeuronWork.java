package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** The neurons of the paper's largest layer, 13×13×128, and its image, 28×28×1. */
public final class NeuronWork extends Work {
    private static final float LAMBDA = 0.6f;
    private static final float EPSILON = 0.1f;
    private static final float THRESHOLD = 0.5f;

    private final int images;
    private final SigmaDeltaStep step = SigmaDeltaStep.of(LAMBDA, EPSILON, THRESHOLD);
    private final LayerLayout layer = LayerLayout.ofNeurons(128, 13, 13);
    private final FloatTensor current;
    private final MemorySegment bias;
    private final SpikingState state;
    private final FloatTensor rates;
    private final FloatTensor image;
    private final FloatTensor imageResidue;
    private final SpikeTensor imageSpikes;

    /**
     * @param space where it lies
     * @param images how many images
     */
    public NeuronWork(Space space, int images) {
        super(space);
        this.images = images;
        this.current = space.floats(layer, images);
        this.bias = space.floats(layer.channelStride());
        this.state = new SpikingState(
                space.floats(layer, images),
                space.floats(layer, images),
                space.floats(layer, images),
                space.spikes(layer, images),
                space.spikes(layer, images));
        this.rates = space.floats(layer, images);
        LayerLayout pixels = LayerLayout.ofImage(1, 28, 28);
        this.image = space.floats(pixels, images);
        this.imageResidue = space.floats(pixels, images);
        this.imageSpikes = space.spikes(pixels, images);
    }

    @Override
    public void fill() {
        Contents contents = new Contents();
        contents.fill(current, -1f, 2f);
        contents.fill(bias, 0.1f);
        contents.fillStates(state.s());
        contents.fill(state.v(), -1f, 2f);
        contents.fill(state.phi(), -0.5f, 0.5f);
        state.q().clear(images);
        state.expected().clear(images);
        contents.fillStates(rates);
        contents.fillStates(image);
        contents.fill(imageResidue, -0.5f, 0.5f);
        imageSpikes.clear(images);
    }

    /**
     * One step of spiking neurons.
     *
     * @param kernels by which implementation
     */
    public void stepSpiking(Kernels kernels) {
        kernels.neurons().stepSpiking(step, current, bias, null, state, 0, images);
    }

    /**
     * One step of rate neurons.
     *
     * @param kernels by which implementation
     */
    public void stepRate(Kernels kernels) {
        kernels.neurons().stepRate(EPSILON, Activation.CLIP, current, bias, null, rates, images);
    }

    /**
     * Pixels to packed spikes.
     *
     * @param kernels by which implementation
     */
    public void encodeImage(Kernels kernels) {
        kernels.neurons().encodeImage(step, image, false, imageResidue, imageSpikes, images);
    }

    /** {@return the neurons of a step, padding lanes included} */
    public long neurons() {
        return (long) images * layer.paddedNeurons();
    }

    /** {@return the pixels of the images} */
    public long pixels() {
        return (long) images * image.layout().paddedNeurons();
    }
}
