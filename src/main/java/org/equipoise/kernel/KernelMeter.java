package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that note how long each kind of work takes and how much it is: the same arithmetic, by another implementation, with a
 * clock around every call. Thread-safe; times of several threads add up.
 */
public final class KernelMeter {
    /** Kinds of work. */
    public enum Work {
        /** Packed spikes or states to event lists. */
        DECODE,
        /** Weight rows towards the output. */
        FORWARD,
        /** Weight rows towards the image. */
        BACKWARD,
        /** The step of the neurons, the image's encoder included. */
        NEURONS,
        /** Outer products of states. */
        OUTER_PRODUCTS,
        /** The update of weights and the layouts derived from them. */
        UPDATE
    }

    private final Map<Work, LongAdder> nanos = new EnumMap<>(Work.class);
    private final LongAdder additions = new LongAdder();
    private final LongAdder events = new LongAdder();
    private final LongAdder neuronSteps = new LongAdder();
    private final Kernels kernels;

    /**
     * @param measured the implementation that does the work
     */
    public KernelMeter(Kernels measured) {
        for (Work work : Work.values()) {
            nanos.put(work, new LongAdder());
        }
        this.kernels = new Kernels(
                measured.name(),
                measured.vectorBits(),
                new Synapses(measured.synapses()),
                new Neurons(measured.neurons()),
                new Plasticity(measured.plasticity()));
    }

    /** {@return the metered kernels} */
    public Kernels kernels() {
        return kernels;
    }

    /** Starts again from nothing. */
    public void reset() {
        nanos.values().forEach(LongAdder::reset);
        additions.reset();
        events.reset();
        neuronSteps.reset();
    }

    /** {@return the time of each kind of work, in nanoseconds, summed over threads} */
    public Map<Work, Long> nanos() {
        Map<Work, Long> sums = new EnumMap<>(Work.class);
        nanos.forEach((work, sum) -> sums.put(work, sum.sum()));
        return sums;
    }

    /** {@return float32 additions of weights made by events, forward and backward, padding lanes included} */
    public long additions() {
        return additions.sum();
    }

    /** {@return events decoded} */
    public long events() {
        return events.sum();
    }

    /** {@return neurons stepped, padding lanes included} */
    public long neuronSteps() {
        return neuronSteps.sum();
    }

    private void time(Work work, Runnable call) {
        long start = System.nanoTime();
        call.run();
        LongAdder sum = nanos.get(work);
        if (sum != null) {
            sum.add(System.nanoTime() - start);
        }
    }

    private void countEvents(Events decoded, int images) {
        long count = 0;
        for (int image = 0; image < images; image++) {
            count += decoded.count(image);
        }
        events.add(count);
    }

    private final class Synapses implements SynapseKernels {
        private final SynapseKernels measured;

        Synapses(SynapseKernels measured) {
            this.measured = measured;
        }

        @Override
        public void decode(SpikeTensor spikes, SpikeTensor reference, Events decoded, int images) {
            time(Work.DECODE, () -> measured.decode(spikes, reference, decoded, images));
            countEvents(decoded, images);
        }

        @Override
        public void decodeStates(FloatTensor states, Events decoded, int images) {
            time(Work.DECODE, () -> measured.decodeStates(states, decoded, images));
            countEvents(decoded, images);
        }

        @Override
        public void addForward(
                ConvolutionGeometry geometry,
                Events source,
                WeightBlocks weights,
                FloatTensor from,
                FloatTensor to,
                int images) {
            time(Work.FORWARD, () -> measured.addForward(geometry, source, weights, from, to, images));
            additions.add(windowsOfEvents(geometry, source, images) * weights.lanes());
        }

        @Override
        public void addBackward(
                ConvolutionGeometry geometry, Events target, WeightBlocks weights, FloatTensor current, int images) {
            time(Work.BACKWARD, () -> measured.addBackward(geometry, target, weights, current, images));
            additions.add(tapsOfEvents(geometry, target, images) * weights.lanes());
        }

        private static long windowsOfEvents(ConvolutionGeometry geometry, Events source, int images) {
            LayerLayout target = geometry.target();
            long rows = 0;
            for (int y = 0; y < target.height(); y++) {
                for (int x = 0; x < target.width(); x++) {
                    for (int tap = 0; tap < geometry.taps(); tap++) {
                        int position = geometry.sourcePosition(y, x, tap);
                        for (int image = 0; position >= 0 && image < images; image++) {
                            rows += source.start(image, position + 1) - source.start(image, position);
                        }
                    }
                }
            }
            return rows;
        }

        private static long tapsOfEvents(ConvolutionGeometry geometry, Events target, int images) {
            LayerLayout layout = geometry.target();
            long rows = 0;
            for (int y = 0; y < layout.height(); y++) {
                for (int x = 0; x < layout.width(); x++) {
                    int position = y * layout.width() + x;
                    long sent = 0;
                    for (int image = 0; image < images; image++) {
                        sent += target.start(image, position + 1) - target.start(image, position);
                    }
                    for (int tap = 0; tap < geometry.taps(); tap++) {
                        rows += geometry.sourcePosition(y, x, tap) >= 0 ? sent : 0;
                    }
                }
            }
            return rows;
        }
    }

    private final class Neurons implements NeuronKernels {
        private final NeuronKernels measured;

        Neurons(NeuronKernels measured) {
            this.measured = measured;
        }

        @Override
        public void encodeImage(
                SigmaDeltaStep step, FloatTensor image, boolean first, FloatTensor phi, SpikeTensor q, int images) {
            time(Work.NEURONS, () -> measured.encodeImage(step, image, first, phi, q, images));
            neuronSteps.add((long) images * image.layout().paddedNeurons());
        }

        @Override
        public void stepSpiking(
                SigmaDeltaStep step,
                FloatTensor current,
                MemorySegment bias,
                @Nullable Nudge nudge,
                SpikingState state,
                int images) {
            time(Work.NEURONS, () -> measured.stepSpiking(step, current, bias, nudge, state, images));
            neuronSteps.add((long) images * current.layout().paddedNeurons());
        }

        @Override
        public void stepRate(
                float epsilon,
                Activation activation,
                FloatTensor current,
                MemorySegment bias,
                @Nullable Nudge nudge,
                FloatTensor s,
                int images) {
            time(Work.NEURONS, () -> measured.stepRate(epsilon, activation, current, bias, nudge, s, images));
            neuronSteps.add((long) images * current.layout().paddedNeurons());
        }
    }

    private final class Plasticity implements PlasticityKernels {
        private final PlasticityKernels measured;

        Plasticity(PlasticityKernels measured) {
            this.measured = measured;
        }

        @Override
        public void addOuterProducts(
                ConvolutionGeometry geometry,
                FloatTensor source,
                FloatTensor target,
                float sign,
                int firstImage,
                int endImage,
                WeightBlocks gradient,
                int block,
                int tap) {
            time(
                    Work.OUTER_PRODUCTS,
                    () -> measured.addOuterProducts(
                            geometry, source, target, sign, firstImage, endImage, gradient, block, tap));
        }

        @Override
        public void addBiasGradient(FloatTensor target, float sign, int images, MemorySegment gradient) {
            time(Work.OUTER_PRODUCTS, () -> measured.addBiasGradient(target, sign, images, gradient));
        }

        @Override
        public void descend(
                PoolFolding folding,
                int channels,
                WeightBlocks gradient,
                Descent descent,
                @Nullable WeightBlocks velocity,
                WeightBlocks master,
                int block) {
            time(Work.UPDATE, () -> measured.descend(folding, channels, gradient, descent, velocity, master, block));
        }

        @Override
        public void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block) {
            time(Work.UPDATE, () -> measured.fold(folding, channels, master, folded, block));
        }

        @Override
        public void transpose(
                ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap) {
            time(Work.UPDATE, () -> measured.transpose(geometry, forward, gain, backward, tap));
        }
    }
}
