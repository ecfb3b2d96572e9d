package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;

/**
 * One update of a small network.
 *
 * @param changes of parameters: weights and biases of each layer
 * @param differences of states that they come from, of the first image; empty for back-propagation
 */
record FirstUpdate(List<float[]> changes, List<float[]> differences) {
    private static final int IMAGES = 4;

    /** {@return a small network of smooth neurons, whose gradients are exact, all of whose rates are 1} */
    static Configuration configuration(String feedback, String readout, String... overrides) {
        String loss = readout.equals("softmax") ? "cross-entropy" : "mse";
        return ConfigurationReader.read("""
                network:
                  input: [1, 8, 8]
                  layers: [{conv: 5, kernel: 3, pool: avg2}, {linear: 7}, {linear: 6}, {linear: 4}]
                  feedback: %s
                neuron: {kind: rate, epsilon: 1, activation: sigmoid}
                phases: {free: 60, nudge: 60, beta: 0.08}
                learning: {loss: %s, readout: %s, rates: [1, 1, 1, 1]}
                training: {batch: 4, epochs: 1}
                """.formatted(feedback, loss, readout), "test", List.of(overrides));
    }

    /** {@return what it comes to, on random parameters and images} */
    static FirstUpdate of(Configuration configuration, int threads, Communicator communicator) {
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        RandomNetworks random = new RandomNetworks(5);
        List<float[]> changes = new ArrayList<>();
        List<float[]> differences = new ArrayList<>();
        Share share = new Share(configuration.training().shards().count(), communicator.size(), communicator.rank());
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(configuration, ledger);
                Learner learner = ledger.open(memory ->
                        Learner.in(memory, configuration, communicator, null, parameters, kernels, workers))) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int image = 0; image < IMAGES; image++) {
                float[] pixels = random.image(64);
                int slot = image - share.first(IMAGES);
                if (slot >= 0 && slot < share.count(IMAGES)) {
                    for (int i = 0; i < pixels.length; i++) {
                        learner.image().set(slot, i, pixels[i]);
                    }
                    learner.target().set(slot, image, 1f);
                }
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                changes.add(parameters.weights(l));
                changes.add(parameters.biases(l));
            }
            learner.learn(IMAGES, true, 1f, () -> {
                for (int l = 1; learner instanceof EquilibriumPropagation ep && l <= topology.depth(); l++) {
                    differences.add(
                            difference(ep.states().positive(l), ep.states().negative(l)));
                }
            });
            for (int l = 0; l < topology.connections().size(); l++) {
                subtract(parameters.weights(l), changes.get(2 * l));
                subtract(parameters.biases(l), changes.get(2 * l + 1));
            }
        }
        assertEquals(0, ledger.currentBytes());
        return new FirstUpdate(changes, differences);
    }

    static FirstUpdate of(Configuration configuration) {
        return of(configuration, 2, SingleProcess.INSTANCE);
    }

    private static float[] difference(FloatTensor one, FloatTensor other) {
        float[] difference = new float[one.layout().neurons()];
        for (int i = 0; i < difference.length; i++) {
            int index = one.layout()
                    .index(i % one.layout().positions(), i / one.layout().positions());
            difference[i] = one.get(0, index) - other.get(0, index);
        }
        return difference;
    }

    private static void subtract(float[] after, float[] before) {
        for (int i = 0; i < before.length; i++) {
            before[i] = after[i] - before[i];
        }
    }
}
