package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;

/**
 * The contrast that Equilibrium Propagation learns from: {@code Σ s^l ⊗ s^(l-1)} of the positive phase less that of the
 * negative one, summed over a batch from the differences of states, not as a difference of sums.
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
    private final WeightProducts products;
    private final List<WeightPart> parts;

    /**
     * For phases that may amplify errors.
     *
     * @param memory where the memory of the whole comes from that it is a part of
     * @param parameters of the network whose phases are compared
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public ContrastiveGradient(MemoryScope memory, Parameters parameters, Kernels kernels, Workers workers) {
        this(memory, parameters.topology(), parameters.errorGain(), kernels, workers);
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param topology the network
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public ContrastiveGradient(MemoryScope memory, Topology topology, Kernels kernels, Workers workers) {
        this(memory, topology, 1f, kernels, workers);
    }

    private ContrastiveGradient(
            MemoryScope memory, Topology topology, float errorGain, Kernels kernels, Workers workers) {
        this.topology = topology;
        this.kernels = kernels;
        this.workers = workers;
        this.products = WeightProducts.ofContrasts(memory, topology, errorGain, kernels, workers.threads());
        this.parts = WeightPart.of(topology);
    }

    /**
     * @param states states of a batch, overwritten
     * @param images how many of its images
     * @param gradients the sums, overwritten
     */
    public void sum(BatchStates states, int images, Gradients gradients) {
        add(states, images, gradients, true);
    }

    /**
     * @param states states of a batch, overwritten
     * @param images how many of its images
     * @param gradients the sums, added to
     */
    public void add(BatchStates states, int images, Gradients gradients) {
        add(states, images, gradients, false);
    }

    private void add(BatchStates states, int images, Gradients gradients, boolean fromZero) {
        states.combine(workers, images);
        workers.forEach(parts.size(), (worker, number) -> {
            WeightPart part = parts.get(number);
            if (fromZero) {
                part.clear(topology.connections().get(part.layer()).geometry(), gradients.weights(part.layer()));
            }
            addWeights(worker, part, states, 0, images, gradients.weights(part.layer()));
        });
        workers.forEach(topology.connections().size(), (worker, layer) -> {
            MemorySegment bias = gradients.biases(layer);
            if (fromZero) {
                bias.fill((byte) 0);
            }
            addBiases(layer, states, 0, images, bias);
        });
    }

    /** {@return what the work on weights is shared by} */
    List<WeightPart> parts() {
        return parts;
    }

    /**
     * Adds what some images of a batch contribute to a part of the weights.
     *
     * @param worker who works
     * @param part which weights
     * @param states differences and means of the batch
     * @param firstImage the first of the images
     * @param endImage one more than the last
     * @param sums the gradient of the part's connection, added to
     */
    void addWeights(int worker, WeightPart part, BatchStates states, int firstImage, int endImage, WeightBlocks sums) {
        int group = WeightPart.imagesTogether(
                topology.connections().get(part.layer()).geometry());
        for (int first = firstImage; first < endImage; first += group) {
            products.addContrast(worker, part, states, first, Math.min(endImage, first + group), sums);
        }
    }

    /**
     * Adds what some images of a batch contribute to the biases of a connection.
     *
     * @param connection which
     * @param states differences and means of the batch
     * @param first the first of the images
     * @param end one more than the last
     * @param bias one value a channel, added to
     */
    void addBiases(int connection, BatchStates states, int first, int end, MemorySegment bias) {
        int images = end - first;
        FloatTensor difference = states.difference(connection + 1).part(first, images);
        kernels.plasticity().addBiasGradient(difference, 1f, images, bias);
    }

    @Override
    public void close() {
        products.close();
    }
}
