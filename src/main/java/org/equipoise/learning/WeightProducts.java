package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Adds outer products of what the ends of a connection hold to parts of its weights' gradient.
 *
 * <p>Before maximum pooling, what the connection's layer holds is unpooled to winners first: the adjoint of the pooling there, applied
 * to it. Each worker has memory of its own for that; without maximum pooling there is none.
 */
final class WeightProducts implements AutoCloseable {

    private static final String OWNER = "unpooling";

    private final Topology topology;
    private final float errorGain;
    private final Kernels kernels;
    private final MemoryScope.Holding memory;
    private final List<List<MemorySegment>> unpooled;

    private WeightProducts(
            MemoryScope memory, Topology topology, float errorGain, Kernels kernels, int threads, int maps) {
        this.errorGain = errorGain;
        this.topology = topology;
        this.kernels = kernels;
        this.memory = memory.holding();
        this.unpooled = unpooled(memory, topology, threads, maps);
    }

    /** For products of one state: each worker has room for one map. */
    static WeightProducts in(MemoryScope memory, Topology topology, Kernels kernels, int threads) {
        return memory.part(OWNER, part -> new WeightProducts(part, topology, 1f, kernels, threads, 1));
    }

    /** For contrasts of two phases: each worker has room for a map of either, and of their difference. */
    static WeightProducts ofContrasts(
            MemoryScope memory, Topology topology, float errorGain, Kernels kernels, int threads) {
        return memory.part(OWNER, part -> new WeightProducts(part, topology, errorGain, kernels, threads, 3));
    }

    /** Memory of each worker for as much of a map as is unpooled at once, the largest of all connections. */
    private static List<List<MemorySegment>> unpooled(MemoryScope memory, Topology topology, int threads, int maps) {
        long largest = 0;
        for (int l = 0; l < topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l).maximum();
            if (window != null) {
                int images =
                        WeightPart.imagesTogether(topology.connections().get(l).geometry());
                largest = Math.max(largest, FloatTensor.floatsNeeded(blockOf(window), images));
            }
        }
        List<List<MemorySegment>> ofWorkers = new ArrayList<>();
        for (int worker = 0; largest > 0 && worker < threads; worker++) {
            List<MemorySegment> ofWorker = new ArrayList<>();
            for (int map = 0; map < maps; map++) {
                ofWorker.add(memory.floats(Account.SCRATCH, "unpooled " + worker + "." + map, largest));
            }
            ofWorkers.add(ofWorker);
        }
        return ofWorkers;
    }

    /** As much of a convolution's map as meets one block of its weights. */
    private static LayerLayout blockOf(PoolingWindow window) {
        LayerLayout map = window.convolved();
        int lanes = Math.min(map.channelStride(), WeightBlocks.BLOCK_LANES);
        return LayerLayout.ofNeurons(lanes, map.height(), map.width());
    }

    /**
     * What the ends of a connection hold.
     *
     * @param below one value a neuron of the layer below
     * @param layer one value a neuron of the connection's layer
     * @param winners of its maximum pooling, null without
     * @param factor on the products
     */
    record Ends(
            FloatTensor below, FloatTensor layer, @Nullable SpikeTensor winners, float factor) {}

    /**
     * @param worker whose memory is used
     * @param part of which weights
     * @param ends what their products are of
     * @param first first image
     * @param end one more than the last image, at most {@link WeightPart#imagesTogether} from the first
     * @param sums the gradient of the part's connection, added to
     */
    void add(int worker, WeightPart part, Ends ends, int first, int end, WeightBlocks sums) {
        PoolingWindow window = topology.connections().get(part.layer()).maximum();
        FloatTensor target = ends.layer();
        if (window != null && ends.winners() != null) {
            target = map(worker, 0, window, first, end);
            int lane = part.block() * WeightBlocks.BLOCK_LANES;
            kernels.pooling().unpool(window, ends.layer(), ends.winners(), lane, target, first, end);
        }
        addProducts(part, ends.below(), target, ends.factor(), first, end, sums);
    }

    /**
     * Adds the contrast of two phases. With δ the difference of their states and m the mean,
     *
     * <pre>
     * s₊^l ⊗ s₊^(l-1) − s₋^l ⊗ s₋^(l-1)  =  δ^l ⊗ m^(l-1) + m^l ⊗ δ^(l-1)
     * </pre>
     *
     * <p>On the left large sums are taken from each other and what is left of phases that hardly differ is mostly their rounding; on the
     * right every term is small. The image does not differ, so the first layer has one product. Before maximum pooling, the states of
     * the upper layer are unpooled to each phase's own winners first.
     *
     * <p>Where errors are amplified, the lower δ is too large by one feedback γ beside the upper one, and its product counts γ times. The
     * readout's does not: its weights are learnt from products at the nudged states, of which this is the difference as it is.
     *
     * @param worker whose memory is used
     * @param part of which weights
     * @param states differences and means of a batch
     * @param first first image
     * @param end one more than the last image, at most {@link WeightPart#imagesTogether} from the first
     * @param sums the gradient of the part's connection, added to
     */
    void addContrast(int worker, WeightPart part, BatchStates states, int first, int end, WeightBlocks sums) {
        int below = part.layer();
        int layer = below + 1;
        FloatTensor difference = states.difference(layer);
        FloatTensor mean = states.mean(layer);
        PoolingWindow window = topology.connections().get(below).maximum();
        SpikeTensor positive = states.positiveWinners(layer);
        SpikeTensor negative = states.negativeWinners(layer);
        if (window != null && positive != null && negative != null) {
            int lane = part.block() * WeightBlocks.BLOCK_LANES;
            FloatTensor half = map(worker, 2, window, first, end);
            FloatTensor plus = map(worker, 0, window, first, end);
            kernels.pooling().unpool(window, mean, positive, lane, plus, first, end);
            kernels.pooling().unpool(window, difference, positive, lane, half, first, end);
            addScaled(plus, half, 0.5f);
            FloatTensor minus = map(worker, 1, window, first, end);
            kernels.pooling().unpool(window, mean, negative, lane, minus, first, end);
            kernels.pooling().unpool(window, difference, negative, lane, half, first, end);
            addScaled(minus, half, -0.5f);
            for (int image = first; image < end; image++) {
                BatchStates.combine(plus, minus, image);
            }
            difference = plus;
            mean = minus;
        }
        addProducts(part, states.mean(below), difference, 1f, first, end, sums);
        if (below > 0) {
            float factor = layer <= topology.depth() ? errorGain : 1f;
            addProducts(part, states.difference(below), mean, factor, first, end, sums);
        }
    }

    /** Memory for what a block of weights meets of the maps of some images. */
    private FloatTensor map(int worker, int number, PoolingWindow window, int first, int end) {
        return new FloatTensor(unpooled.get(worker).get(number), blockOf(window), first, end - first);
    }

    private static void addScaled(FloatTensor to, FloatTensor from, float factor) {
        long floats = FloatTensor.floatsNeeded(to.layout(), to.images());
        for (long i = 0; i < floats; i++) {
            float sum = to.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i)
                    + factor * from.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            to.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, sum);
        }
    }

    private void addProducts(
            WeightPart part,
            FloatTensor below,
            FloatTensor layer,
            float factor,
            int first,
            int end,
            WeightBlocks sums) {
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        WeightBlocks gradient = sums;
        int block = part.block();
        // A map is that of one block alone.
        if (topology.connections().get(part.layer()).maximum() != null) {
            geometry = geometry.to(layer.layout());
            gradient = sums.block(block);
            block = 0;
        }
        kernels.plasticity()
                .addOuterProducts(
                        geometry, below, layer, factor, first, end, gradient, block, part.firstTap(), part.endTap());
    }

    @Override
    public void close() {
        memory.close();
    }
}
