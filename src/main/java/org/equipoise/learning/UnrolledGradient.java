package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.dynamics.Unrolling;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;

/**
 * The gradient of weights that carry messages both ways in every step: {@code Σ_t u^(l)_t ⊗ q^(l-1) + γ q^(l) ⊗ u^(l-1)_t}, with u the
 * cotangents of currents, q what was sent into the step and γ the gain of the backward route over the exact adjoint.
 *
 * <p>Steps are added from the last to the first; work is shared by weights, so the sums have the same bits for any number of threads.
 */
final class UnrolledGradient {
    private final Topology topology;
    private final PlasticityKernels kernels;
    private final Workers workers;
    private final List<WeightPart> parts;
    private final List<WeightPart> readoutParts;

    UnrolledGradient(Topology topology, PlasticityKernels kernels, Workers workers) {
        this.topology = topology;
        this.kernels = kernels;
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
            addPart(part, connection, unrolling, step, images, gradients.weights(part.layer()));
        });
    }

    private void addPart(
            WeightPart part, Connection connection, Unrolling unrolling, int step, int images, WeightBlocks sums) {
        ConvolutionGeometry geometry = connection.geometry();
        int group = WeightPart.imagesTogether(geometry);
        int layer = part.layer();
        for (int first = 0; first < images; first += group) {
            int end = Math.min(images, first + group);
            kernels.addOuterProducts(
                    geometry,
                    unrolling.sent(step, layer),
                    unrolling.currentCotangent(layer + 1),
                    1f,
                    first,
                    end,
                    sums,
                    part.block(),
                    part.firstTap(),
                    part.endTap());
            if (layer > 0) {
                kernels.addOuterProducts(
                        geometry,
                        unrolling.currentCotangent(layer),
                        unrolling.sent(step, layer + 1),
                        connection.backwardGain(),
                        first,
                        end,
                        sums,
                        part.block(),
                        part.firstTap(),
                        part.endTap());
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

    /** Sums what all steps brought the biases. */
    void sumBiases(Unrolling unrolling, int images, Gradients gradients) {
        for (int l = 0; l < topology.depth(); l++) {
            MemorySegment bias = gradients.biases(l);
            bias.fill((byte) 0);
            kernels.addBiasGradient(unrolling.biasCotangent(l + 1), 1f, images, bias);
        }
    }
}
