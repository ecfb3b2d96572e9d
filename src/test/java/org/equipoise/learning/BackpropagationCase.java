package org.equipoise.learning;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/** A network, a batch and the engine's gradient of them. */
record BackpropagationCase(
        NetworkSettings network, float[][] weights, float[][] biases, float[][] images, float[][] targets) {

    Configuration configuration(NeuronSettings neuron, int steps, Algorithm algorithm) {
        List<Float> rates = network.layers().stream().map(layer -> 0.05f).toList();
        return new Configuration(
                network,
                neuron,
                new PhaseSettings(steps, 1, 1f, Scheme.SYMMETRIC),
                new LearningSettings(rates, new OptimiserSettings.Sgd(0f), 0f, new RateSchedule.Constant(), algorithm),
                new TrainingSettings(images.length, 1, 0));
    }

    /** The mean gradient of the loss: weights and biases of each connection in turn, in interchange order. */
    List<float[]> gradient(NeuronSettings neuron, int steps, Algorithm algorithm) {
        return gradient(neuron, steps, algorithm, KernelSelection.ofThisJvm().kernels(), 2);
    }

    List<float[]> gradient(NeuronSettings neuron, int steps, Algorithm algorithm, Kernels kernels, int threads) {
        Backpropagation settings = algorithm instanceof Backpropagation bptt ? bptt : Backpropagation.USUAL;
        Topology topology = Topology.of(network);
        Ledger ledger = Ledger.unlimited();
        List<float[]> gradient = new ArrayList<>();
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(topology, ledger);
                BackpropagationThroughTime learner = ledger.open(memory -> new BackpropagationThroughTime(
                        memory, configuration(neuron, steps, algorithm), settings, parameters, kernels, workers))) {
            fill(parameters);
            parameters.derive(kernels, workers);
            fill(learner.image(), learner.target());
            learner.differentiate(images.length);
            float scale = -BackpropagationThroughTime.scale(images.length);
            for (int l = 0; l < topology.connections().size(); l++) {
                Connection connection = topology.connections().get(l);
                gradient.add(learner.gradients().weightGradient(connection, l, scale));
                gradient.add(learner.gradients().biasGradient(connection, l, scale));
            }
        }
        return gradient;
    }

    void fill(Parameters parameters) {
        for (int l = 0; l < weights.length; l++) {
            parameters.setWeights(l, weights[l]);
            parameters.setBiases(l, biases[l]);
        }
    }

    void fill(FloatTensor image, FloatTensor target) {
        LayerLayout layout = image.layout();
        for (int i = 0; i < images.length; i++) {
            for (int n = 0; n < images[i].length; n++) {
                image.set(i, layout.index(n % layout.positions(), n / layout.positions()), images[i][n]);
            }
            for (int c = 0; c < targets[i].length; c++) {
                target.set(i, c, targets[i][c]);
            }
        }
    }

    UnrolledReference reference() {
        return new UnrolledReference(network, doubles(weights), doubles(biases));
    }

    double[] image(int i) {
        return doubles(images)[i];
    }

    double[] target(int i) {
        return doubles(targets)[i];
    }

    private static double[][] doubles(float[][] values) {
        double[][] doubles = new double[values.length][];
        for (int l = 0; l < values.length; l++) {
            doubles[l] = new double[values[l].length];
            for (int i = 0; i < values[l].length; i++) {
                doubles[l][i] = values[l][i];
            }
        }
        return doubles;
    }
}
