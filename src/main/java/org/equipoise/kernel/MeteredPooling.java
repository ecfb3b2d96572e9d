package org.equipoise.kernel;

import java.util.Set;
import java.util.function.Supplier;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** Maximum pooling, metered: {@link KernelMeter}. */
final class MeteredPooling implements PoolingKernels {
    private final PoolingKernels measured;
    private final Clock clock;
    private final Set<Long> fired;

    /** Clocks a call and then finds out what it did. */
    @FunctionalInterface
    interface Clock {
        void time(Part part, Runnable call, Supplier<Sum> count);
    }

    /**
     * @param fired addresses of spikes that were fired, to which unpooled ones are added: they are, elsewhere
     */
    MeteredPooling(PoolingKernels measured, Clock clock, Set<Long> fired) {
        this.measured = measured;
        this.clock = clock;
        this.fired = fired;
    }

    @Override
    public void addMaximum(
            PoolingWindow window,
            FloatTensor convolved,
            FloatTensor to,
            SpikeTensor winners,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.POOLING),
                () -> measured.addMaximum(window, convolved, to, winners, firstImage, endImage),
                () -> currents(window, endImage - firstImage));
    }

    @Override
    public void addWinners(
            PoolingWindow window,
            FloatTensor convolved,
            SpikeTensor winners,
            FloatTensor to,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.POOLING),
                () -> measured.addWinners(window, convolved, winners, to, firstImage, endImage),
                () -> currents(window, endImage - firstImage));
    }

    /** The map is read, the layer's current read and written, and a bit of each neuron of the map read or written. */
    private static Sum currents(PoolingWindow window, long images) {
        long map = images * window.convolved().paddedNeurons();
        return moved(Traffic.ofPooling(map + 2 * images * window.pooled().paddedNeurons(), 0, map));
    }

    @Override
    public void unpool(
            PoolingWindow window,
            FloatTensor pooled,
            SpikeTensor winners,
            int firstLane,
            FloatTensor map,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.POOLING),
                () -> measured.unpool(window, pooled, winners, firstLane, map, firstImage, endImage),
                () -> states(window, map.layout(), endImage - firstImage));
    }

    /** The lanes of the layer that are taken are read, and their map is written. */
    private static Sum states(PoolingWindow window, LayerLayout taken, long images) {
        long map = images * taken.paddedNeurons();
        long layer = images * window.pooled().positions() * taken.channelStride();
        return moved(Traffic.ofPooling(0, layer + map, map));
    }

    @Override
    public void unpool(
            PoolingWindow window,
            SpikeTensor pooled,
            SpikeTensor winners,
            SpikeTensor map,
            int firstImage,
            int endImage) {
        fired.add(map.segment().address());
        // The layer's spikes and the winners are read, the spikes of the map written.
        long bits = window.pooled().paddedNeurons() + 2L * window.convolved().paddedNeurons();
        clock.time(
                new Part(Work.POOLING),
                () -> measured.unpool(window, pooled, winners, map, firstImage, endImage),
                () -> moved(Traffic.ofPooling(0, 0, (endImage - firstImage) * bits)));
    }

    private static Sum moved(Traffic traffic) {
        return new Sum(0, 0, 0, 0, traffic);
    }
}
