package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that note how long each kind of work takes and how much it is: the same arithmetic, by another implementation, with a
 * clock around every call. Thread-safe; times of several threads add up.
 */
public final class KernelMeter {
    /** Kinds of work. */
    public enum Work {
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
    private final LongAdder spikes = new LongAdder();
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
                new Spikes(measured.spikes()),
                new States(measured.states()),
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
        spikes.reset();
        neuronSteps.reset();
    }

    /** {@return the time of each kind of work, in nanoseconds, summed over threads} */
    public Map<Work, Long> nanos() {
        Map<Work, Long> sums = new EnumMap<>(Work.class);
        nanos.forEach((work, sum) -> sums.put(work, sum.sum()));
        return sums;
    }

    /** {@return float32 additions of weights, forward and backward, padding lanes included} */
    public long additions() {
        return additions.sum();
    }

    /** {@return spikes sent towards the output, relative to what was expected, changes of what is expected included} */
    public long spikes() {
        return spikes.sum();
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

    private final class Spikes implements SpikeKernels {
        private final SpikeKernels measured;

        Spikes(SpikeKernels measured) {
            this.measured = measured;
        }

        @Override
        public void addForward(
                ConvolutionGeometry geometry,
                SpikeDifference sent,
                WeightBlocks weights,
                FloatTensor from,
                FloatTensor to,
                int firstImage,
                int endImage) {
            time(Work.FORWARD, () -> measured.addForward(geometry, sent, weights, from, to, firstImage, endImage));
            additions.add(rows(geometry, sent, firstImage, endImage, true) * weights.lanes());
        }

        @Override
        public void addBackward(
                ConvolutionGeometry geometry,
                SpikeDifference sent,
                WeightBlocks weights,
                FloatTensor current,
                int firstImage,
                int endImage) {
            time(Work.BACKWARD, () -> measured.addBackward(geometry, sent, weights, current, firstImage, endImage));
            additions.add(rows(geometry, sent, firstImage, endImage, false) * weights.lanes());
        }

        /** Weight rows that the spikes add or take away: one for each tap through which a position of the sender is seen. */
        private long rows(
                ConvolutionGeometry geometry, SpikeDifference sent, int firstImage, int endImage, boolean forward) {
            int[] seen = new int[sent.layout().positions()];
            LayerLayout target = geometry.target();
            for (int y = 0; y < target.height(); y++) {
                for (int x = 0; x < target.width(); x++) {
                    for (int tap = 0; tap < geometry.taps(); tap++) {
                        int position = geometry.sourcePosition(y, x, tap);
                        if (position >= 0) {
                            seen[forward ? position : y * target.width() + x]++;
                        }
                    }
                }
            }
            long rows = 0;
            for (int image = firstImage; image < endImage; image++) {
                for (int position = 0; position < seen.length; position++) {
                    int count = sent.count(image, position);
                    rows += (long) count * seen[position];
                    spikes.add(forward ? count : 0);
                }
            }
            return rows;
        }
    }

    private final class States implements StateKernels {
        private final StateKernels measured;

        States(StateKernels measured) {
            this.measured = measured;
        }

        @Override
        public void addForward(
                ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
            time(Work.FORWARD, () -> measured.addForward(geometry, sent, weights, to, images));
            additions.add(products(geometry, sent.layout(), images) * weights.lanes());
        }

        @Override
        public void addBackward(
                ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
            time(Work.BACKWARD, () -> measured.addBackward(geometry, sent, weights, to, images));
            additions.add(products(geometry, sent.layout(), images) * weights.lanes());
        }

        private static long products(ConvolutionGeometry geometry, LayerLayout sender, int images) {
            return (long) geometry.target().positions() * geometry.taps() * sender.channelStride() * images;
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
                int firstImage,
                int endImage) {
            time(Work.NEURONS, () -> measured.stepSpiking(step, current, bias, nudge, state, firstImage, endImage));
            neuronSteps.add((long) (endImage - firstImage) * current.layout().paddedNeurons());
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
                int firstTap,
                int endTap) {
            time(
                    Work.OUTER_PRODUCTS,
                    () -> measured.addOuterProducts(
                            geometry, source, target, sign, firstImage, endImage, gradient, block, firstTap, endTap));
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
        public void adapt(
                PoolFolding folding,
                int channels,
                WeightBlocks gradient,
                Adaptation adaptation,
                WeightBlocks mean,
                WeightBlocks square,
                WeightBlocks master,
                int block) {
            time(
                    Work.UPDATE,
                    () -> measured.adapt(folding, channels, gradient, adaptation, mean, square, master, block));
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
