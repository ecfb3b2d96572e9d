package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the steps bring one by one adds up to the gradient. */
class BackpropagationStepsTest {
    private static final int IMAGES = 5;
    private static final int STEPS = 14;
    private static final int WALKED = 11;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    private static NetworkSettings network(NetworkSettings.Readout readout) {
        NetworkSettings network =
                ConfigurationReader.read("""
                        network:
                          input: [2, 8, 7]
                          layers: [{conv: 3, kernel: 3, pool: avg2}, {conv: 2, kernel: 2, pad: 1}, {linear: 4}, {linear: 3}]
                          upsampling: 0.7
                        """, "test", List.of()).network();
        return new NetworkSettings(network.input(), network.layers(), network.upsampling(), 1f, readout, null);
    }

    @ParameterizedTest
    @CsvSource({"true, STATE, FULL", "false, STATE, FULL", "false, SOFTMAX, CHECKPOINTED", "true, SOFTMAX, CHECKPOINTED"
    })
    void stepsAddUp(boolean spiking, NetworkSettings.Readout readout, Tape tape) {
        RandomNetworks random = new RandomNetworks(17);
        BackpropagationCase given = new BackpropagationCase(
                network(readout), new float[0][], new float[0][], new float[IMAGES][], new float[IMAGES][]);
        NeuronSettings neuron = spiking
                ? new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f)
                : new NeuronSettings.Rate(Schedule.constant(0.4), Activation.CLIP);
        Backpropagation settings = new Backpropagation(WALKED, tape, new Surrogate.FastSigmoid(0.5f), Reset.ATTACHED);
        Topology topology = Topology.of(given.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                BackpropagationThroughTime learner = ledger.open(memory -> new BackpropagationThroughTime(
                        memory,
                        given.configuration(neuron, STEPS, settings),
                        settings,
                        parameters,
                        kernels,
                        workers))) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int i = 0; i < IMAGES; i++) {
                float[] pixels = random.image(given.network().input().size());
                for (int n = 0; n < pixels.length; n++) {
                    learner.image().set(i, n, pixels[n]);
                }
                learner.target().set(i, i % 3, 1f);
            }
            learner.differentiate(IMAGES);
            List<double[]> whole = gradient(learner, topology);
            List<Integer> heard = new ArrayList<>();
            List<double[]> sums = new ArrayList<>();
            List<Double> readoutMagnitudes = new ArrayList<>();
            learner.differentiateSteps(IMAGES, back -> {
                heard.add(back);
                List<double[]> step = gradient(learner, topology);
                readoutMagnitudes.add(magnitude(step.getLast()));
                if (sums.isEmpty()) {
                    sums.addAll(step);
                } else {
                    for (int i = 0; i < step.size(); i++) {
                        for (int j = 0; j < step.get(i).length; j++) {
                            sums.get(i)[j] += step.get(i)[j];
                        }
                    }
                }
            });
            assertEquals(IntStream.range(0, WALKED).boxed().toList(), heard);
            for (int i = 0; i < whole.size(); i++) {
                double scale = magnitude(whole.get(i));
                assertTrue(scale > 0, "part " + i);
                for (int j = 0; j < whole.get(i).length; j++) {
                    assertEquals(whole.get(i)[j], sums.get(i)[j], 1e-5 * scale, "part " + i + ", value " + j);
                }
            }
            assertTrue(readoutMagnitudes.getFirst() > 0);
            boolean readoutAlone = readout == NetworkSettings.Readout.SOFTMAX;
            assertEquals(readoutAlone, readoutMagnitudes.stream().skip(1).allMatch(value -> value == 0));
        }
    }

    private static double magnitude(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static List<double[]> gradient(BackpropagationThroughTime learner, Topology topology) {
        List<double[]> gradient = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            gradient.add(doubles(
                    learner.gradients().weightGradient(topology.connections().get(l), l, 1f)));
            gradient.add(doubles(
                    learner.gradients().biasGradient(topology.connections().get(l), l, 1f)));
        }
        return gradient;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
