package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Account;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Currents of neurons that send their activations.
 *
 * <p>Maximum pooling and its inverse use the winners of the same step, {@code argmax} of {@code w ∗ s} at the activations of the step
 * before: so a step follows the exact derivative of the energy there, as in Ernoult 2019 and Laborieux 2021.
 */
final class DenseCurrents implements Currents {
    private final Neurons neurons;
    private final List<FloatTensor> currents = new ArrayList<>();
    private final List<DenseRoute> routes;
    /** The image does not move, so its share of the first layer's current is the same in every step until weights move. */
    private final FloatTensor imageCurrent;

    DenseCurrents(Neurons neurons, TileTensors tensors, Parameters parameters, Kernels kernels) {
        this.neurons = neurons;
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            currents.add(FloatTensor.in(
                    tensors.memory(),
                    Account.STATES,
                    TileTensors.name(l, "current"),
                    tensors.topology().layout(l),
                    tensors.images()));
        }
        this.imageCurrent = tensors.floats("image current", tensors.topology().layout(1), Lifetime.GIVEN);
        this.routes = DenseRoute.ofEach(tensors, parameters, kernels);
    }

    @Override
    public void invalidate(int images) {
        imageCurrent.clear(images);
        routes.getFirst().forward(neurons.activations(0), imageCurrent, images);
    }

    @Override
    public void startPhase(int images) {
        // Every step sums afresh.
    }

    /**
     * A layer's current is what the layer below sends, then what the layer above does. A connection carries forward before it carries
     * back, so that its winners are those of this step.
     */
    @Override
    public void step(int time, int images, LayerStep layers) {
        currents.getFirst().copyFrom(0, imageCurrent, 0, images);
        for (int l = 1; l <= currents.size(); l++) {
            FloatTensor sent = neurons.activations(l);
            if (l < currents.size()) {
                currents.get(l).clear(images);
                routes.get(l).forward(sent, currents.get(l), images);
            }
            if (l > 1) {
                routes.get(l - 1).sendBack(sent, currents.get(l - 2), images);
            }
        }
        for (int l = 1; l <= currents.size(); l++) {
            layers.run(l, currents.get(l - 1), 0, images);
        }
    }

    @Override
    public @Nullable SpikeTensor winners(int layer, int images) {
        return routes.get(layer - 1).winners(neurons.activations(layer - 1), currents.get(layer - 1), images);
    }
}
