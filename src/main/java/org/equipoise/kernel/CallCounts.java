package org.equipoise.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.kernel.AdjointKernels.Slope;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeTensor;

/**
 * What a call of a kernel does, by its name and arguments: one line for each method of the interfaces that {@link Kernels} has.
 *
 * @param connections connections by the address of their weights, in any layout
 */
record CallCounts(Map<Long, Integer> connections, Map<Route, RowCount> rows) {
    /** What spikes pass over. */
    private record Route(ConvolutionGeometry geometry, boolean forward) {}

    /**
     * What one call did.
     *
     * @param part whose work it was
     * @param sum how much, without the time
     */
    record Count(Part part, Sum sum) {
        private Count(Part part, Traffic traffic) {
            this(part, new Sum(0, 0, 0, traffic));
        }
    }

    CallCounts(Map<Long, Integer> connections) {
        this(connections, new ConcurrentHashMap<>());
    }

    Count of(String method, Object[] a) {
        return switch (method) {
            case "addForward" -> synapses(true, a);
            case "addBackward" -> synapses(false, a);

            // The images, and the float32 values and the bits that are read or written for each neuron.
            case "encodeImage" -> neurons(a, last(a), 3, 1); // x and φ or v read, φ or v and q written
            case "stepSpiking" ->
                neurons(a, range(a), 7, 2); // u, s, v, φ read; s, v, φ, q and what is expected written
            case "stepRate" -> neurons(a, last(a), 3, 0); // u and s read, s written
            case "step" -> neurons(a, range(a), 7, 1); // u read; v, r and r̄ read and written; q written
            case "spikesAndChanges" -> neurons(a, last(a), 4, 1); // q, r and r̄ read; sum and difference written
            case "recordUnclipped" -> neurons(a, range(a), 2, 1); // u or v and s read, a mask written
            case "recordWindow" -> neurons(a, range(a), 1, 2); // φ and q read, the window written
            case "recordSlope" -> neurons(a, range(a), 2, 1); // φ and q read, the slope written
            case "backClipped" -> neurons(a, range(a), 4, 1); // output, mask, s read; s and u written
            case "backSmooth" -> neurons(a, range(a), 6, 0); // output, s, s before and after read; s, u written
            case "backSpiking" -> // output, mask, slope, s, v and φ read; s, v, φ and u written
                neurons(a, range(a), a[4] instanceof Slope.Values ? 9 : 8, a[4] instanceof Slope.Window ? 2 : 1);
            case "expand" -> neurons(a, range(a), 1, 1); // spikes read, values written
            case "scale" -> neurons(a, range(a), 2, 0); // values read and written

            case "addMaximum", "addWinners" -> pooling((PoolingWindow) a[0], range(a));
            case "unpool" -> unpooling((PoolingWindow) a[0], a, range(a));

            case "addOuterProducts" -> new Count(new Part(Work.OUTER_PRODUCTS), outerProducts(a));
            case "addBiasGradient" ->
                new Count(new Part(Work.OUTER_PRODUCTS), Traffic.ofBiasGradient((FloatTensor) a[0], (int) a[2]));

            // The gradient is read; weights, and each value that is kept with a weight, are read and written.
            case "sgdUpdate" -> update((WeightBlocks) a[2], (WeightBlocks) a[5], a[4] == null ? 2 : 4, (int) a[6]);
            case "adapt" -> update((WeightBlocks) a[2], (WeightBlocks) a[6], 6, (int) a[7]);
            case "fold" -> update((WeightBlocks) a[3], (WeightBlocks) a[2], 1, (int) a[4]);
            case "transpose" -> transposition((ConvolutionGeometry) a[0], (WeightBlocks) a[1]);
            default -> throw new IllegalStateException("What a call of " + method + " does was never written down");
        };
    }

    private static int last(Object[] a) {
        return (int) a[a.length - 1];
    }

    /** From the last argument but one to the last. */
    private static int range(Object[] a) {
        return last(a) - (int) a[a.length - 2];
    }

    private Part part(Work work, WeightBlocks weights, boolean expectation) {
        return new Part(work, connections.getOrDefault(weights.segment().address(), -1), expectation);
    }

    private Count synapses(boolean forward, Object[] a) {
        ConvolutionGeometry geometry = (ConvolutionGeometry) a[0];
        WeightBlocks weights = (WeightBlocks) a[2];
        Work work = forward ? Work.FORWARD : Work.BACKWARD;
        LayerLayout receiver = forward ? geometry.target() : geometry.source();
        RowCount counter = rows.computeIfAbsent(
                new Route(geometry, forward), route -> RowCount.of(route.geometry(), route.forward()));
        if (a[1] instanceof SpikeDifference sent) {
            int end = last(a);
            int first = end - range(a);
            long rows = counter.rows(sent, first, end);
            Traffic traffic = Traffic.ofSpikes(rows, weights, sent.layout(), receiver, range(a));
            return new Count(
                    part(work, weights, sent.purpose() == SpikeDifference.Purpose.EXPECTATION),
                    new Sum(0, rows * weights.lanes(), RowCount.spikes(sent, first, end), traffic));
        }
        long rows = counter.allRows() * last(a);
        Traffic traffic = Traffic.ofStates(rows, weights, ((FloatTensor) a[1]).layout(), receiver, last(a));
        return new Count(part(work, weights, false), new Sum(0, rows * weights.lanes(), 0, traffic));
    }

    /** All tensors of such a call have the layout of one layer. */
    private static Count neurons(Object[] a, long images, int values, int bits) {
        for (Object each : a) {
            LayerLayout layer = each instanceof FloatTensor floats
                    ? floats.layout()
                    : each instanceof SpikeTensor spikes ? spikes.layout() : null;
            if (layer != null) {
                return new Count(new Part(Work.NEURONS), Traffic.ofNeurons(layer, images, values, bits));
            }
        }
        throw new IllegalArgumentException("A call without tensors concerns no neurons");
    }

    /** The map is read, the layer's current read and written, and a bit of each neuron of the map read or written. */
    private static Count pooling(PoolingWindow window, long images) {
        long map = images * window.convolved().paddedNeurons();
        long currents = map + 2 * images * window.pooled().paddedNeurons();
        return new Count(new Part(Work.POOLING), Traffic.ofPooling(currents, 0, map));
    }

    /** The layer, or those of its lanes that are taken, and the winners are read, and the map is written. */
    private static Count unpooling(PoolingWindow window, Object[] a, long images) {
        if (a[1] instanceof SpikeTensor) {
            long bits =
                    window.pooled().paddedNeurons() + 2L * window.convolved().paddedNeurons();
            return new Count(new Part(Work.POOLING), Traffic.ofPooling(0, 0, images * bits));
        }
        LayerLayout taken = ((FloatTensor) a[4]).layout();
        long map = images * taken.paddedNeurons();
        long layer = images * window.pooled().positions() * taken.channelStride();
        return new Count(new Part(Work.POOLING), Traffic.ofPooling(0, layer + map, map));
    }

    private static Traffic outerProducts(Object[] a) {
        long images = (int) a[5] - (long) (int) a[4];
        return Traffic.ofOuterProducts((ConvolutionGeometry) a[0], (WeightBlocks) a[6], (int) a[7], range(a), images);
    }

    private Count update(WeightBlocks other, WeightBlocks master, int times, int block) {
        long rows = other.rows() + (long) times * master.rows();
        return new Count(part(Work.UPDATE, master, false), Traffic.ofParameters(rows * master.blockLanes(block)));
    }

    private Count transposition(ConvolutionGeometry geometry, WeightBlocks forward) {
        long weights =
                (long) geometry.source().channelStride() * geometry.target().channelStride();
        return new Count(part(Work.UPDATE, forward, false), Traffic.ofParameters(2 * weights));
    }
}
