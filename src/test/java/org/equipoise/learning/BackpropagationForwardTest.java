package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.StepCount;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The unrolled free phase ends in the states, bit for bit, that the network settles in, where sums are exact. */
class BackpropagationForwardTest {
    private static final int STEPS = 25;
    private static final int IMAGES = 5;

    static long[] seeds() {
        return LongStream.range(500, 516).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void outputsAreThoseOfSettling(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = switch ((int) (seed / 2 % 3)) {
            case 0 -> random.networkWithReadout();
            case 1 -> random.networkWithMaxima();
            default -> random.network();
        };
        BackpropagationCase given = new BackpropagationCase(
                network, new float[0][], new float[0][], new float[IMAGES][], new float[IMAGES][]);
        NeuronSettings neuron = seed % 2 == 0
                ? new NeuronSettings.SigmaDelta(Schedule.constant(0.2), Schedule.constant(0.6), 0.5f)
                : new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP);
        Tape tape = seed % 3 == 0 ? Tape.CHECKPOINTED : Tape.FULL;
        Backpropagation settings =
                new Backpropagation(Backpropagation.ALL, tape, new Surrogate.FastSigmoid(0.5f), Reset.ATTACHED);
        Topology topology = Topology.of(given.network());
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(
                        given.configuration(neuron, STEPS, settings), parameters, kernels, workers, ledger)) {
            random.fillOnGrid(parameters);
            parameters.derive(kernels, workers);
            for (int i = 0; i < IMAGES; i++) {
                float[] pixels = random.image(given.network().input().size());
                for (int n = 0; n < pixels.length; n++) {
                    learner.image().set(i, n, pixels[n]);
                }
            }
            float[][] settled = new float[IMAGES][topology.output().channels()];
            learner.team().forEachTile(IMAGES, (settling, first, count) -> {
                settling.image().copyFrom(0, learner.image(), first, count);
                settling.begin(count);
                settling.free(STEPS);
                for (int i = 0; i < count; i++) {
                    for (int c = 0; c < settled[0].length; c++) {
                        settled[first + i][c] = settling.output().get(i, c);
                    }
                }
            });
            learner.learn(IMAGES, true, 0f);
            assertEquals(new StepCount((long) IMAGES * STEPS, 0, 0, 0), learner.steps());
            for (int i = 0; i < IMAGES; i++) {
                for (int c = 0; c < settled[0].length; c++) {
                    assertEquals(settled[i][c], learner.output().get(i, c), "image " + i + ", class " + c);
                }
            }
            double[] rates = learner.firingRates();
            double[] settledRates = learner.team().firingRates();
            assertEquals(settledRates.length, rates.length);
            for (int l = 0; l < rates.length; l++) {
                assertEquals(settledRates[l], rates[l], 1e-12, "firing rate of layer " + l);
            }
        }
    }
}
