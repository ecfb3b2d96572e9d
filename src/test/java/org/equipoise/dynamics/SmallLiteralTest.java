package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of a few neurons against the equations written down literally, in the time of one of the large random ones. */
class SmallLiteralTest {
    /** More than are sent together through a convolution. */
    private static final int IMAGES = 10;

    private static final int FREE = 9;
    private static final int NUDGE = 5;
    private static final float BETA = 0.5f;
    private static final float THRESHOLD = 0.5f;

    /** They differ from step to step, so that going back to a state goes back to its step as well. */
    private static final Schedule EPSILON = new Schedule(0.5, 0.1);

    private static final Schedule LAMBDA = new Schedule(0.5, 0.2);

    private static final NeuronSettings SPIKING = new NeuronSettings.SigmaDelta(EPSILON, LAMBDA, THRESHOLD);
    private static final NeuronSettings RATE = new NeuronSettings.Rate(EPSILON, Activation.CLIP);

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    static List<NetworkSettings> networks() {
        List<NetworkSettings> networks = new ArrayList<>(SmallNetworks.all());
        SmallNetworks.all().forEach(network -> networks.add(SmallNetworks.feedForward(network)));
        return networks;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void spikingNeurons(NetworkSettings settings) {
        try (Run run = new Run(settings, SPIKING, 0f)) {
            run.checkPhases();
            // The same memory, used again, must not remember the first use.
            run.checkPhases();
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void rateNeurons(NetworkSettings settings) {
        try (Run run = new Run(settings, RATE, 1e-5f)) {
            run.checkPhases();
            run.checkPhases();
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void weightsThatMoveActFromTheNextStepOn(NetworkSettings settings) {
        for (NeuronSettings neuron : List.of(SPIKING, RATE)) {
            try (Run run = new Run(settings, neuron, neuron == SPIKING ? 0f : 1e-5f)) {
                run.checkMovedWeights();
            }
        }
    }

    /** Images in the engine and, one by one, written down literally. */
    private final class Run implements AutoCloseable {
        private final Ledger ledger = Ledger.unlimited();
        private final RandomNetworks random = new RandomNetworks(4);
        private final NetworkSettings settings;
        private final Topology topology;
        private final Parameters parameters;
        private final Settling settling;
        private final float tolerance;
        private final float[][] pixels = new float[IMAGES][];
        private final float[][] targets;
        private final float[][] weights;
        private final float[][] biases;
        private final LiteralNetwork[] literal = new LiteralNetwork[IMAGES];
        private final long[] fired;
        private int time;

        Run(NetworkSettings settings, NeuronSettings neuron, float tolerance) {
            this.settings = settings;
            this.tolerance = tolerance;
            this.topology = Topology.of(settings);
            this.parameters = Parameters.open(topology, ledger);
            this.targets = new float[IMAGES][settings.classes()];
            this.weights = new float[topology.connections().size()][];
            this.biases = new float[weights.length][];
            this.fired = new long[topology.depth() + 1];
            random.fillOnGrid(parameters);
            derive();
            this.settling = Settling.open(neuron, null, parameters, kernels, ledger, "test", IMAGES + 1, true);
            for (int i = 0; i < IMAGES; i++) {
                pixels[i] = random.image(settings.input().size());
                targets[i][i % settings.classes()] = 1f;
            }
        }

        private void derive() {
            try (Workers workers = new Workers(1)) {
                parameters.derive(kernels, workers);
            }
            for (int l = 0; l < weights.length; l++) {
                weights[l] = parameters.weights(l);
                biases[l] = parameters.biases(l);
            }
        }

        private void begin() {
            time = 0;
            Arrays.fill(fired, 0);
            for (int i = 0; i < IMAGES; i++) {
                SmallNetworks.fill(settling.image(), i, pixels[i]);
                SmallNetworks.fill(settling.target(), i, targets[i]);
                literal[i] = new LiteralNetwork(settings, weights, biases, pixels[i]);
            }
            settling.begin(IMAGES);
        }

        private void advance(int steps, float beta) {
            for (int step = 0; step < steps; step++) {
                time++;
                for (int i = 0; i < IMAGES; i++) {
                    if (settling.spikes(0) != null) {
                        literal[i].spikingStep(LAMBDA.at(time), EPSILON.at(time), THRESHOLD, beta, targets[i]);
                    } else {
                        literal[i].rateStep(EPSILON.at(time), beta, targets[i]);
                    }
                    for (int l = 0; l < fired.length; l++) {
                        for (float spike : literal[i].q[l]) {
                            fired[l] += (long) spike;
                        }
                    }
                }
            }
            if (beta == 0f) {
                settling.free(steps);
            } else {
                settling.nudge(beta, steps);
            }
            compare("after step " + time + ", nudged by " + beta);
        }

        void checkPhases() {
            begin();
            advance(1, 0f);
            advance(FREE - 1, 0f);
            LiteralNetwork[] free = copies();
            settling.saveState();
            advance(NUDGE, BETA);
            checkOutput(BETA);
            time = FREE;
            System.arraycopy(free, 0, literal, 0, IMAGES);
            settling.restoreState();
            advance(NUDGE, -BETA);
            checkOutput(-BETA);
            assertEquals(new StepCount(FREE * IMAGES, 0, 2 * NUDGE * IMAGES, 0), settling.steps());
            checkSpikes();
        }

        private LiteralNetwork[] copies() {
            LiteralNetwork[] copies = new LiteralNetwork[IMAGES];
            for (int i = 0; i < IMAGES; i++) {
                copies[i] = literal[i].copy();
            }
            return copies;
        }

        void checkMovedWeights() {
            begin();
            advance(3, 0f);
            random.fillOnGrid(parameters);
            derive();
            settling.invalidateWeights();
            advance(3, 0f);
            advance(2, BETA);
        }

        private void compare(String place) {
            for (int i = 0; i < IMAGES; i++) {
                for (int l = 0; l <= topology.depth(); l++) {
                    String where = place + ", image " + i + ", layer " + l;
                    compare(literal[i].s[l], settling.states(l), i, where + ", s");
                    if (settling.spikes(l) != null) {
                        compareSpiking(l, i, where);
                    }
                }
                checkWinners(i);
            }
        }

        private void compareSpiking(int l, int image, String where) {
            assertArrayEquals(literal[image].phi[l], SmallNetworks.values(settling, l, "phi", image), where + ", phi");
            if (l > 0) {
                assertArrayEquals(literal[image].v[l], SmallNetworks.values(settling, l, "v", image), where + ", v");
            }
            assertArrayEquals(literal[image].q[l], SmallNetworks.values(settling, l, "q", image), where + ", q");
        }

        private void compare(float[] expected, FloatTensor found, int image, String where) {
            assertArrayEquals(expected, SmallNetworks.values(found, image), tolerance, where);
        }

        /** The winners of a layer of maxima are those of the equations at the activations as they are; other layers have none. */
        private void checkWinners(int image) {
            for (int l = 1; l <= topology.depth(); l++) {
                SpikeTensor winners = settling.winners(l);
                if (topology.connections().get(l - 1).maximum() == null) {
                    assertNull(winners);
                    continue;
                }
                assertNotNull(winners);
                literal[image].forward(l, literal[image].s[l - 1]);
                for (int won : literal[image].winners[l]) {
                    assertTrue(winners.get(image, SmallNetworks.neuron(winners.layout(), won)), "layer " + l);
                }
            }
        }

        private void checkOutput(float beta) {
            for (int i = 0; i < IMAGES; i++) {
                float near = 1e-5f + tolerance;
                if (topology.hasReadout()) {
                    float[] logits = literal[i].logits();
                    assertArrayEquals(logits, SmallNetworks.values(settling.output(), i), near, "logits");
                    literal[i].readOut(beta, targets[i]);
                    int readout = topology.depth() + 1;
                    float[] pull = SmallNetworks.values(settling.postsynaptic(readout, beta), i);
                    assertArrayEquals(literal[i].s[readout], pull, near, "what the readout learns from");
                } else {
                    compare(literal[i].s[topology.depth()], settling.output(), i, "output");
                }
                compare(literal[i].s[1], settling.postsynaptic(1, beta), i, "what the first layer learns from");
            }
        }

        private void checkSpikes() {
            long[] spikes = new long[fired.length];
            long[] opportunities = new long[fired.length];
            settling.countSpikes(spikes, opportunities);
            boolean spiking = settling.spikes(0) != null;
            for (int l = 0; l < fired.length; l++) {
                assertEquals(spiking ? fired[l] : 0, spikes[l], "spikes of layer " + l);
                long steps = (long) (FREE + 2 * NUDGE) * IMAGES;
                assertEquals(spiking ? steps * topology.layout(l).neurons() : 0, opportunities[l]);
            }
        }

        @Override
        public void close() {
            settling.close();
            parameters.close();
            assertEquals(0, ledger.currentBytes());
        }
    }
}
