package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.Scaling;
import org.equipoise.memory.Account;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;

/**
 * Currents of neurons that send their activations.
 *
 * <p>Maximum pooling and its inverse use the winners of the same step, {@code argmax} of {@code w ∗ s} at the activations of the step
 * before: so a step follows the exact derivative of the energy there, as in Ernoult 2019 and Laborieux 2021.
 */
final class DenseCurrents extends Currents {
    /** The image does not move, so its share of the first layer's current is the same in every step until weights move. */
    private final FloatTensor imageCurrent;

    /** Room for the deviations of each layer, one after the other; empty where errors are not amplified. */
    private final List<FloatTensor> deviations = new ArrayList<>();

    DenseCurrents(Neurons neurons, TileTensors tensors, Parameters parameters, Kernels kernels) {
        super(neurons, tensors, parameters);
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            currents.add(FloatTensor.in(
                    tensors.memory(),
                    Account.STATES,
                    TileTensors.name(l, "current"),
                    tensors.topology().layout(l),
                    tensors.images()));
        }
        this.imageCurrent = tensors.floats("image current", tensors.topology().layout(1), Lifetime.GIVEN);
        routes.addAll(DenseRoute.ofEach(tensors, parameters, kernels));
        if (parameters.errorGain() != 1f) {
            addDeviations(tensors);
        }
    }

    private void addDeviations(TileTensors tensors) {
        long largest = 0;
        for (FloatTensor current : currents) {
            largest = Math.max(largest, FloatTensor.floatsNeeded(current.layout(), tensors.images()));
        }
        MemorySegment room = tensors.memory().floats(Account.SCRATCH, "deviations", largest);
        for (FloatTensor current : currents) {
            deviations.add(new FloatTensor(room, current.layout(), tensors.images()));
        }
    }

    @Override
    void sumImage(int images) {
        imageCurrent.clear(images);
        routes.getFirst().forward(neurons.activations(0), imageCurrent, images);
    }

    @Override
    void startPhase(int images) {
        // Every step sums afresh.
    }

    @Override
    void noteHeldWinners(int images) {
        for (int l = 1; l < currents.size(); l++) {
            if (routes.get(l).holdsWinners()) {
                var _ = routes.get(l).winners(neurons.activations(l), currents.get(l), images);
            }
        }
    }

    @Override
    void amplify(FreeState start, int images) {
        start.sumCurrents(routes, imageCurrent, 1f, 1f, images);
    }

    /**
     * A layer's current is what the layer below sends, then what the layer above does. A connection carries forward before it carries
     * back, so that its winners are those of this step.
     */
    @Override
    void step(int time, int images, LayerStep layers) {
        FreeState start = amplified();
        if (start != null) {
            sumDeviations(start, images);
        } else {
            sumActivations(images);
        }
        for (int l = 1; l <= currents.size(); l++) {
            layers.run(l, currents.get(l - 1), 0, images);
        }
    }

    /**
     * Deviations are multiplied, not weights: by γ for the way up, on which weights have gain 1, and by 1/γ for the way down, on which they
     * have gain γ.
     */
    private void sumDeviations(FreeState start, int images) {
        for (int l = 1; l <= currents.size(); l++) {
            currents.get(l - 1).copyFrom(0, start.current(l), 0, images);
        }
        for (int l = 1; l <= currents.size(); l++) {
            FloatTensor sent = neurons.activations(l);
            FloatTensor deviation = deviations.get(l - 1);
            if (l < currents.size()) {
                Scaling.difference(sent, start.mean(l), start.gain(), deviation, images);
                routes.get(l).gather(deviation, currents.get(l), images);
            }
            if (l > 1) {
                Scaling.difference(sent, start.mean(l), 1f / start.gain(), deviation, images);
                routes.get(l - 1).backward(deviation, currents.get(l - 2), images);
            }
        }
    }

    private void sumActivations(int images) {
        currents.getFirst().copyFrom(0, imageCurrent, 0, images);
        for (int l = 1; l <= currents.size(); l++) {
            FloatTensor sent = neurons.activations(l);
            if (l < currents.size()) {
                currents.get(l).clear(images);
                if (holdsWinners(l)) {
                    routes.get(l).gather(sent, currents.get(l), images);
                } else {
                    routes.get(l).forward(sent, currents.get(l), images);
                }
            }
            if (l > 1) {
                routes.get(l - 1).sendBack(sent, currents.get(l - 2), images);
            }
        }
    }
}
