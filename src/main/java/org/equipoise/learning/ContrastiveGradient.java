package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;

/**
 * The contrast that Equilibrium Propagation learns from: {@code Σ s^l ⊗ s^(l-1)} of the positive phase less that of the
 * negative one, summed over a batch.
 *
 * <p>Work is shared by weights, not by images, and every weight sums its images in one order, so the sums have the same bits for
 * any number of threads.
 */
public final class ContrastiveGradient {
    /**
     * Images whose states are used together while they are near: at least so many, and more where a layer has so few positions
     * that sums would be fetched for a few products only. Part of the order of the sums, so it depends on the shape alone.
     */
    private static final int LEAST_GROUP = 8;

    private static final int POSITIONS_OF_GROUP = 128;

    /** Weight rows that make a part worth sharing out: a tap has few where the source has few channels. */
    private static final int ROWS_OF_PART = 128;

    private final Topology topology;
    private final PlasticityKernels kernels;
    private final Workers workers;
    private final List<Part> parts = new ArrayList<>();

    /** One block and some taps of one connection's weights. */
    private record Part(int layer, int block, int firstTap, int endTap) {}

    /**
     * @param topology the network
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public ContrastiveGradient(Topology topology, PlasticityKernels kernels, Workers workers) {
        this.topology = topology;
        this.kernels = kernels;
        this.workers = workers;
        for (int l = 0; l < topology.connections().size(); l++) {
            ConvolutionGeometry geometry = topology.connections().get(l).geometry();
            int blocks = WeightBlocks.blocks(geometry.target().channelStride());
            int tapsOfPart = Math.ceilDiv(ROWS_OF_PART, geometry.source().channelStride());
            for (int block = 0; block < blocks; block++) {
                for (int tap = 0; tap < geometry.taps(); tap += tapsOfPart) {
                    parts.add(new Part(l, block, tap, Math.min(geometry.taps(), tap + tapsOfPart)));
                }
            }
        }
    }

    /**
     * @param states states of a batch
     * @param images how many of its images
     * @param gradients the sums, overwritten
     */
    public void sum(BatchStates states, int images, Gradients gradients) {
        workers.forEach(parts.size(), (worker, number) -> sumWeights(parts.get(number), states, images, gradients));
        workers.forEach(topology.connections().size(), (worker, layer) -> {
            MemorySegment bias = gradients.biases(layer);
            bias.fill((byte) 0);
            kernels.addBiasGradient(states.positive(layer + 1), 1f, images, bias);
            kernels.addBiasGradient(states.negative(layer + 1), -1f, images, bias);
        });
    }

    private void sumWeights(Part part, BatchStates states, int images, Gradients gradients) {
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        WeightBlocks sums = gradients.weights(part.layer());
        int rows = geometry.source().channelStride();
        long firstRow = sums.offset(part.firstTap() * rows, part.block() * WeightBlocks.BLOCK_LANES);
        long bytes = (long) (part.endTap() - part.firstTap()) * rows * sums.blockLanes(part.block()) * Float.BYTES;
        sums.segment().asSlice(firstRow, bytes).fill((byte) 0);
        int group = Math.max(LEAST_GROUP, POSITIONS_OF_GROUP / geometry.target().positions());
        for (int first = 0; first < images; first += group) {
            int end = Math.min(images, first + group);
            kernels.addOuterProducts(
                    geometry,
                    states.positive(part.layer()),
                    states.positive(part.layer() + 1),
                    1f,
                    first,
                    end,
                    sums,
                    part.block(),
                    part.firstTap(),
                    part.endTap());
            kernels.addOuterProducts(
                    geometry,
                    states.negative(part.layer()),
                    states.negative(part.layer() + 1),
                    -1f,
                    first,
                    end,
                    sums,
                    part.block(),
                    part.firstTap(),
                    part.endTap());
        }
    }
}
