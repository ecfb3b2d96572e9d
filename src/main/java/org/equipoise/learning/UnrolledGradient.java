package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.dynamics.Unrolling;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.learning.WeightProducts.Ends;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * The gradient of weights that carry messages both ways in every step: {@code Σ_t u^(l)_t ⊗ q^(l-1) + γ q^(l) ⊗ u^(l-1)_t}, with u the
 * cotangents of currents, q what was sent into the step and γ the gain of the backward route over the exact adjoint.
 *
 * <p>Before maximum pooling both are unpooled to the winners of the step.
 *
 * <p>Steps are added from the last to the first; work is shared by weights, so the sums have the same bits for any number of threads.
 */
final class UnrolledGradient {
    private final Topology topology;
    private final PlasticityKernels kernels;
    private final WeightProducts products;
    private final Workers workers;
    private final List<WeightPart> parts;
    private final List<WeightPart> readoutParts;

    UnrolledGradient(MemoryScope memory, Topology topology, Kernels kernels, Workers workers) {
        this.topology = topology;
        this.kernels = kernels.plasticity();
        this.products = WeightProducts.in(memory, topology, kernels, workers.threads());
        this.workers = workers;
        int depth = topology.depth();
        List<WeightPart> all = WeightPart.of(topology);
        this.parts = all.stream().filter(part -> part.layer() < depth).toList();
        this.readoutParts = all.stream().filter(part -> part.layer() == depth).toList();
    }

    /** Adds one step, before which the sums are set to zero if it is the first to be added. */
    void addStep(Unrolling unrolling, int step, boolean first, int images, Gradients gradients) {
        workers.forEach(parts.size(), (worker, number) -> {
            WeightPart part = parts.get(number);
            Connection connection = topology.connections().get(part.layer());
            if (first) {
                part.clear(connection.geometry(), gradients.weights(part.layer()));
            }
            addPart(worker, part, unrolling, step, images, gradients.weights(part.layer()));
        });
    }

    /** What was sent up meets the cotangent of the current it made, and what was sent down that of the other. */
    private void addPart(int worker, WeightPart part, Unrolling unrolling, int step, int images, WeightBlocks sums) {
        Connection connection = topology.connections().get(part.layer());
        int layer = part.layer() + 1;
        SpikeTensor winners = unrolling.winners(step, layer);
        Ends up = new Ends(unrolling.sent(step, layer - 1), unrolling.currentCotangent(layer), winners, 1f);
        Ends down = layer == 1 || connection.backwardGain() == 0f
                ? null
                : new Ends(
                        unrolling.currentCotangent(layer - 1),
                        unrolling.sent(step, layer),
                        winners,
                        connection.backwardGain());
        int group = WeightPart.imagesTogether(connection.geometry());
        for (int first = 0; first < images; first += group) {
            int end = Math.min(images, first + group);
            products.add(worker, part, up, first, end, sums);
            if (down != null) {
                products.add(worker, part, down, first, end, sums);
            }
        }
    }

    /** Sums the gradient of a readout, which sees the last state alone: {@code −∂L/∂z ⊗ s_T}. */
    void sumReadout(FloatTensor output, FloatTensor pull, int images, Gradients gradients) {
        int layer = topology.depth();
        ConvolutionGeometry geometry = topology.connections().get(layer).geometry();
        WeightBlocks sums = gradients.weights(layer);
        int group = WeightPart.imagesTogether(geometry);
        workers.forEach(readoutParts.size(), (worker, number) -> {
            WeightPart part = readoutParts.get(number);
            part.clear(geometry, sums);
            for (int first = 0; first < images; first += group) {
                kernels.addOuterProducts(
                        geometry,
                        output,
                        pull,
                        1f,
                        first,
                        Math.min(images, first + group),
                        sums,
                        part.block(),
                        part.firstTap(),
                        part.endTap());
            }
        });
        MemorySegment bias = gradients.biases(layer);
        bias.fill((byte) 0);
        kernels.addBiasGradient(pull, 1f, images, bias);
    }

    /** Sets the gradient of a readout to zero. */
    void clearReadout(Gradients gradients) {
        int layer = topology.depth();
        for (WeightPart part : readoutParts) {
            part.clear(topology.connections().get(layer).geometry(), gradients.weights(layer));
        }
        gradients.biases(layer).fill((byte) 0);
    }

    /** Lets the next step be the first that brings the biases anything. */
    void forgetBiases(Unrolling unrolling, int images) {
        for (int l = 1; l <= topology.depth(); l++) {
            unrolling.biasCotangent(l).clear(images);
        }
    }

    /** Sums what all steps brought the biases. */
    void sumBiases(Unrolling unrolling, int images, Gradients gradients) {
        for (int l = 0; l < topology.depth(); l++) {
            MemorySegment bias = gradients.biases(l);
            bias.fill((byte) 0);
            kernels.addBiasGradient(unrolling.biasCotangent(l + 1), 1f, images, bias);
        }
    }
}
