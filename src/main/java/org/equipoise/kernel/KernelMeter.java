package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that note how long each kind of work takes and how much it is: the same arithmetic, by another implementation, with a
 * clock around every call. Thread-safe; times of several threads add up.
 *
 * <p>What the meter itself takes to count is kept apart, in {@link #countingNanos}; it lies outside the clocked calls.
 */
public final class KernelMeter {
    /** Kinds of work. */
    public enum Work {
        /** Weight rows towards the output. */
        FORWARD,
        /** Weight rows towards the image. */
        BACKWARD,
        /** The step of the neurons, forth and back, the image's encoder included. */
        NEURONS,
        /** Maximum pooling and its inverse. */
        POOLING,
        /** Outer products of states. */
        OUTER_PRODUCTS,
        /** The update of weights and the layouts derived from them. */
        UPDATE
    }

    /**
     * What calls are told apart by.
     *
     * @param work the kind of work
     * @param connection the connection whose weights were used, from 0, or -1 where that is not known
     * @param expectation whether spikes were sent because other neurons are expected to fire than before, not because they fired
     */
    public record Part(Work work, int connection, boolean expectation) {
        Part(Work work) {
            this(work, -1, false);
        }
    }

    /**
     * Calls of one part, summed.
     *
     * @param nanos their time over all threads, in nanoseconds
     * @param additions float32 additions of weights, padding lanes included
     * @param spikes spikes sent, relative to what was expected
     * @param neuronSteps neurons stepped, forth or back, padding lanes included
     * @param traffic the bytes they moved
     */
    public record Sum(long nanos, long additions, long spikes, long neuronSteps, Traffic traffic) {
        /** No calls. */
        public static final Sum NONE = new Sum(0, 0, 0, 0, Traffic.NONE);

        private Sum lasting(long time) {
            return new Sum(time, additions, spikes, neuronSteps, traffic);
        }

        /**
         * @param other more calls
         * @return both together
         */
        public Sum plus(Sum other) {
            return new Sum(
                    nanos + other.nanos,
                    additions + other.additions,
                    spikes + other.spikes,
                    neuronSteps + other.neuronSteps,
                    traffic.plus(other.traffic));
        }
    }

    private final Map<Part, Sum> sums = new ConcurrentHashMap<>();
    private final LongAdder countingNanos = new LongAdder();
    private final Map<Long, Integer> connections = new HashMap<>();
    private final Map<ConvolutionGeometry, RowCount> forwardRows = new ConcurrentHashMap<>();
    private final Map<ConvolutionGeometry, RowCount> backwardRows = new ConcurrentHashMap<>();

    /** Where neurons write what they fired, by address: what is sent from elsewhere was not fired but is expected. */
    private final Set<Long> fired = ConcurrentHashMap.newKeySet();

    private final Kernels kernels;

    /**
     * @param measured the implementation that does the work
     * @param weights the layouts of the weights of each connection, by which a call tells its connection
     */
    public KernelMeter(Kernels measured, List<List<WeightBlocks>> weights) {
        for (int connection = 0; connection < weights.size(); connection++) {
            for (WeightBlocks layout : weights.get(connection)) {
                connections.put(layout.segment().address(), connection);
            }
        }
        this.kernels = new Kernels(
                measured.name(),
                measured.vectorBits(),
                new Spikes(measured.spikes()),
                new States(measured.states()),
                new Neurons(measured.neurons()),
                new MeteredPooling(measured.pooling(), this::time, fired),
                new Plasticity(measured.plasticity()),
                new MeteredAdjoints(measured.adjoints(), this::time),
                new MeteredLeaky(measured.leaky(), this::time));
    }

    /** {@return the metered kernels} */
    public Kernels kernels() {
        return kernels;
    }

    /** Starts again from nothing. */
    public void reset() {
        sums.clear();
        countingNanos.reset();
    }

    /** {@return what each part has done since the last reset} */
    public Map<Part, Sum> sums() {
        return Map.copyOf(sums);
    }

    /** {@return what all parts have done since the last reset} */
    public Sum total() {
        return sums.values().stream().reduce(Sum.NONE, Sum::plus);
    }

    /** {@return the time that counting took since the last reset, summed over threads, in nanoseconds} */
    public long countingNanos() {
        return countingNanos.sum();
    }

    /** Clocks a call and then finds out, off the clock, what it did. */
    private void time(Part part, Runnable call, Supplier<Sum> count) {
        long start = System.nanoTime();
        call.run();
        long end = System.nanoTime();
        sums.merge(part, count.get().lasting(end - start), Sum::plus);
        countingNanos.add(System.nanoTime() - end);
    }

    private int connectionOf(WeightBlocks weights) {
        return connections.getOrDefault(weights.segment().address(), -1);
    }

    private RowCount forwardRows(ConvolutionGeometry geometry) {
        return forwardRows.computeIfAbsent(geometry, RowCount::forward);
    }

    private RowCount backwardRows(ConvolutionGeometry geometry) {
        return backwardRows.computeIfAbsent(geometry, RowCount::backward);
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
            time(
                    part(Work.FORWARD, sent, weights),
                    () -> measured.addForward(geometry, sent, weights, from, to, firstImage, endImage),
                    () -> sum(forwardRows(geometry), sent, weights, geometry.target(), firstImage, endImage));
        }

        @Override
        public void addBackward(
                ConvolutionGeometry geometry,
                SpikeDifference sent,
                WeightBlocks weights,
                FloatTensor current,
                int firstImage,
                int endImage) {
            time(
                    part(Work.BACKWARD, sent, weights),
                    () -> measured.addBackward(geometry, sent, weights, current, firstImage, endImage),
                    () -> sum(backwardRows(geometry), sent, weights, geometry.source(), firstImage, endImage));
        }

        private Part part(Work work, SpikeDifference sent, WeightBlocks weights) {
            boolean expectation = !fired.contains(sent.spikes().segment().address());
            return new Part(work, connectionOf(weights), expectation);
        }

        private static Sum sum(
                RowCount counter,
                SpikeDifference sent,
                WeightBlocks weights,
                LayerLayout receiver,
                int firstImage,
                int endImage) {
            long rows = counter.rows(sent, firstImage, endImage);
            long spikes = RowCount.spikes(sent, firstImage, endImage);
            Traffic traffic = Traffic.ofSpikes(rows, weights, sent.layout(), receiver, endImage - firstImage);
            return new Sum(0, rows * weights.lanes(), spikes, 0, traffic);
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
            time(
                    new Part(Work.FORWARD, connectionOf(weights), false),
                    () -> measured.addForward(geometry, sent, weights, to, images),
                    () -> sum(forwardRows(geometry), sent, weights, to, images));
        }

        @Override
        public void addBackward(
                ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
            time(
                    new Part(Work.BACKWARD, connectionOf(weights), false),
                    () -> measured.addBackward(geometry, sent, weights, to, images),
                    () -> sum(backwardRows(geometry), sent, weights, to, images));
        }

        private static Sum sum(RowCount counter, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
            long rows = counter.allRows() * images;
            Traffic traffic = Traffic.ofStates(rows, weights, sent.layout(), to.layout(), images);
            return new Sum(0, rows * weights.lanes(), 0, 0, traffic);
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
            fired.add(q.segment().address());
            time(
                    new Part(Work.NEURONS),
                    () -> measured.encodeImage(step, image, first, phi, q, images),
                    () -> sum(image.layout(), images, 3, 1)); // x and φ read, φ and q written
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
            fired.add(state.q().segment().address());
            time(
                    new Part(Work.NEURONS),
                    () -> measured.stepSpiking(step, current, bias, nudge, state, firstImage, endImage),
                    // u, s, v and φ read; s, v, φ, q and what is expected written
                    () -> sum(current.layout(), endImage - firstImage, 7, 2));
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
            time(
                    new Part(Work.NEURONS),
                    () -> measured.stepRate(epsilon, activation, current, bias, nudge, s, images),
                    () -> sum(current.layout(), images, 3, 0)); // u and s read, s written
        }

        private static Sum sum(LayerLayout layout, int images, int values, int bits) {
            long neuronSteps = (long) images * layout.paddedNeurons();
            return new Sum(0, 0, 0, neuronSteps, Traffic.ofNeurons(layout, images, values, bits));
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
                    new Part(Work.OUTER_PRODUCTS),
                    () -> measured.addOuterProducts(
                            geometry, source, target, sign, firstImage, endImage, gradient, block, firstTap, endTap),
                    () -> moved(Traffic.ofOuterProducts(
                            geometry, gradient, block, endTap - firstTap, endImage - firstImage)));
        }

        @Override
        public void addBiasGradient(FloatTensor target, float sign, int images, MemorySegment gradient) {
            time(
                    new Part(Work.OUTER_PRODUCTS),
                    () -> measured.addBiasGradient(target, sign, images, gradient),
                    () -> moved(Traffic.ofBiasGradient(target, images)));
        }

        @Override
        public void sgdUpdate(
                PoolFolding folding,
                int channels,
                WeightBlocks gradient,
                Descent descent,
                @Nullable WeightBlocks velocity,
                WeightBlocks master,
                int block) {
            // The gradient is read; what is learnt and its velocity are read and written.
            long learnt = 2L * master.rows() * (velocity == null ? 1 : 2);
            time(
                    new Part(Work.UPDATE, connectionOf(master), false),
                    () -> measured.sgdUpdate(folding, channels, gradient, descent, velocity, master, block),
                    () -> moved(Traffic.ofParameters((gradient.rows() + learnt) * master.blockLanes(block))));
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
            // The gradient is read; what is learnt and both moments are read and written.
            long learnt = 6L * master.rows();
            time(
                    new Part(Work.UPDATE, connectionOf(master), false),
                    () -> measured.adapt(folding, channels, gradient, adaptation, mean, square, master, block),
                    () -> moved(Traffic.ofParameters((gradient.rows() + learnt) * master.blockLanes(block))));
        }

        @Override
        public void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block) {
            time(
                    new Part(Work.UPDATE, connectionOf(master), false),
                    () -> measured.fold(folding, channels, master, folded, block),
                    () -> moved(
                            Traffic.ofParameters(((long) master.rows() + folded.rows()) * master.blockLanes(block))));
        }

        @Override
        public void transpose(
                ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap) {
            long weights =
                    (long) geometry.source().channelStride() * geometry.target().channelStride();
            time(
                    new Part(Work.UPDATE, connectionOf(forward), false),
                    () -> measured.transpose(geometry, forward, gain, backward, tap),
                    () -> moved(Traffic.ofParameters(2 * weights)));
        }

        private static Sum moved(Traffic traffic) {
            return new Sum(0, 0, 0, 0, traffic);
        }
    }
}
