package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The contrast that Equilibrium Propagation learns from: {@code Σ s^l ⊗ s^(l-1)} of the positive phase less that of the
 * negative one, summed over a batch.
 *
 * <p>Work is shared by weights, not by images, and every weight sums its images in one order, so the sums have the same bits for
 * any number of threads.
 *
 * <p>Before maximum pooling, {@code s^l} is its states unpooled to the winners of the phase's last step: the adjoint of the pooling
 * there, applied to them.
 */
public final class ContrastiveGradient implements AutoCloseable {
    private final Topology topology;
    private final Kernels kernels;
    private final Workers workers;
    private final @Nullable OffHeapArena arena;
    private final List<WeightPart> parts;

    /**
     * @param topology the network
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @param ledger where the memory is entered
     */
    public ContrastiveGradient(Topology topology, Kernels kernels, Workers workers, Ledger ledger) {
        this.topology = topology;
        this.kernels = kernels;
        this.workers = workers;
        this.arena = plan(topology, workers.threads()).map(ledger::open).orElse(null);
        this.parts = WeightPart.of(topology);
    }

    /**
     * @param topology the network
     * @param threads how many workers
     * @return the memory in which each worker unpools states, nothing without maximum pooling
     */
    public static Optional<MemoryPlan> plan(Topology topology, int threads) {
        long largest = 0;
        for (int l = 0; l < topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l).maximum();
            if (window != null) {
                int images =
                        WeightPart.imagesTogether(topology.connections().get(l).geometry());
                largest = Math.max(largest, FloatTensor.floatsNeeded(blockOf(window), images));
            }
        }
        if (largest == 0) {
            return Optional.empty();
        }
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("contrast");
        for (int worker = 0; worker < threads; worker++) {
            plan.floats(Account.SCRATCH, unpooled(worker), largest);
        }
        return Optional.of(plan.build());
    }

    private static String unpooled(int worker) {
        return "unpooled " + worker;
    }

    /** As much of a convolution's map as meets one block of its weights. */
    private static LayerLayout blockOf(PoolingWindow window) {
        LayerLayout map = window.convolved();
        int lanes = Math.min(map.channelStride(), WeightBlocks.BLOCK_LANES);
        return LayerLayout.ofNeurons(lanes, map.height(), map.width());
    }

    /**
     * @param states states of a batch
     * @param images how many of its images
     * @param gradients the sums, overwritten
     */
    public void sum(BatchStates states, int images, Gradients gradients) {
        workers.forEach(
                parts.size(), (worker, number) -> sumWeights(worker, parts.get(number), states, images, gradients));
        workers.forEach(topology.connections().size(), (worker, layer) -> {
            MemorySegment bias = gradients.biases(layer);
            bias.fill((byte) 0);
            kernels.plasticity().addBiasGradient(states.positive(layer + 1), 1f, images, bias);
            kernels.plasticity().addBiasGradient(states.negative(layer + 1), -1f, images, bias);
        });
    }

    private void sumWeights(int worker, WeightPart part, BatchStates states, int images, Gradients gradients) {
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        WeightBlocks sums = gradients.weights(part.layer());
        part.clear(geometry, sums);
        int l = part.layer();
        Phase positive = new Phase(states.positive(l), states.positive(l + 1), states.positiveWinners(l + 1), 1f);
        Phase negative = new Phase(states.negative(l), states.negative(l + 1), states.negativeWinners(l + 1), -1f);
        int group = WeightPart.imagesTogether(geometry);
        for (int first = 0; first < images; first += group) {
            int end = Math.min(images, first + group);
            addProducts(worker, part, positive, first, end, sums);
            addProducts(worker, part, negative, first, end, sums);
        }
    }

    /**
     * The states at the ends of a connection that one phase left.
     *
     * @param below states of the layer below
     * @param layer states of the connection's layer
     * @param winners of its maximum pooling, null without
     * @param sign 1 or -1, as the phase counts
     */
    private record Phase(
            FloatTensor below, FloatTensor layer, @Nullable SpikeTensor winners, float sign) {}

    private void addProducts(int worker, WeightPart part, Phase phase, int first, int end, WeightBlocks sums) {
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        PoolingWindow window = topology.connections().get(part.layer()).maximum();
        SpikeTensor winners = phase.winners();
        FloatTensor target = phase.layer();
        WeightBlocks gradient = sums;
        int block = part.block();
        if (window != null && winners != null && arena != null) {
            target = new FloatTensor(arena.segment(unpooled(worker)), blockOf(window), first, end - first);
            kernels.pooling()
                    .unpool(window, phase.layer(), winners, block * WeightBlocks.BLOCK_LANES, target, first, end);
            geometry = geometry.to(target.layout());
            gradient = sums.block(block);
            block = 0;
        }
        kernels.plasticity()
                .addOuterProducts(
                        geometry,
                        phase.below(),
                        target,
                        phase.sign(),
                        first,
                        end,
                        gradient,
                        block,
                        part.firstTap(),
                        part.endTap());
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
