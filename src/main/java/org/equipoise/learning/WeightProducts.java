package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
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
    private final Kernels kernels;
    private final MemoryScope.Holding memory;
    private final List<MemorySegment> unpooled;

    private WeightProducts(MemoryScope memory, Topology topology, Kernels kernels, int threads) {
        this.topology = topology;
        this.kernels = kernels;
        this.memory = memory.holding();
        this.unpooled = unpooled(memory, topology, threads);
    }

    static WeightProducts in(MemoryScope memory, Topology topology, Kernels kernels, int threads) {
        return memory.part(OWNER, part -> new WeightProducts(part, topology, kernels, threads));
    }

    static WeightProducts open(Topology topology, Kernels kernels, int threads, Ledger ledger) {
        return ledger.open(memory -> in(memory, topology, kernels, threads));
    }

    static Optional<MemoryPlan> plan(Topology topology, int threads) {
        return MemoryScope.count(memory -> memory.part(OWNER, part -> unpooled(part, topology, threads))).stream()
                .findFirst();
    }

    /** Memory of each worker for as much of a map as is unpooled at once, the largest of all connections. */
    private static List<MemorySegment> unpooled(MemoryScope memory, Topology topology, int threads) {
        long largest = 0;
        for (int l = 0; l < topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l).maximum();
            if (window != null) {
                int images =
                        WeightPart.imagesTogether(topology.connections().get(l).geometry());
                largest = Math.max(largest, FloatTensor.floatsNeeded(blockOf(window), images));
            }
        }
        List<MemorySegment> ofWorkers = new ArrayList<>();
        for (int worker = 0; largest > 0 && worker < threads; worker++) {
            ofWorkers.add(memory.floats(Account.SCRATCH, "unpooled " + worker, largest));
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
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        PoolingWindow window = topology.connections().get(part.layer()).maximum();
        SpikeTensor winners = ends.winners();
        FloatTensor target = ends.layer();
        WeightBlocks gradient = sums;
        int block = part.block();
        if (window != null && winners != null) {
            target = new FloatTensor(unpooled.get(worker), blockOf(window), first, end - first);
            kernels.pooling()
                    .unpool(window, ends.layer(), winners, block * WeightBlocks.BLOCK_LANES, target, first, end);
            geometry = geometry.to(target.layout());
            gradient = sums.block(block);
            block = 0;
        }
        kernels.plasticity()
                .addOuterProducts(
                        geometry,
                        ends.below(),
                        target,
                        ends.factor(),
                        first,
                        end,
                        gradient,
                        block,
                        part.firstTap(),
                        part.endTap());
    }

    @Override
    public void close() {
        memory.close();
    }
}
