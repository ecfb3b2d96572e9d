package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaky integrate-and-fire networks of a few neurons against their equations, one neuron at a time. */
class LeakyEquationsTest {
    private static final int IMAGES = 10;
    private static final int FREE = 12;
    private static final int NUDGE = 6;
    private static final float KEEP = 0.875f;
    private static final float THRESHOLD = 0.75f;
    private static final float FILTER = 0.25f;
    private static final float BETA = 0.5f;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    static List<NetworkSettings> networks() {
        return SmallNetworks.all().stream()
                .filter(network -> network.readout() == NetworkSettings.Readout.STATE)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void potentialsSpikesAndRatesFollowThem(NetworkSettings settings) {
        Ledger ledger = Ledger.unlimited();
        RandomNetworks random = new RandomNetworks(6);
        Topology topology = Topology.of(settings);
        NeuronSettings neuron = new NeuronSettings.Lif(1f - KEEP, THRESHOLD, FILTER);
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger);
                Settling settling = Settling.open(neuron, null, parameters, kernels, ledger, "test", IMAGES, true)) {
            random.fillOnGrid(parameters);
            parameters.derive(kernels, workers);
            Leaky[] images = new Leaky[IMAGES];
            for (int i = 0; i < IMAGES; i++) {
                images[i] = new Leaky(
                        settings, parameters, random.image(settings.input().size()));
                images[i].target[i % 3] = 1f;
                SmallNetworks.fill(settling.image(), i, images[i].pixels);
                SmallNetworks.fill(settling.target(), i, images[i].target);
            }
            for (int use = 0; use < 2; use++) {
                check(settling, topology, images);
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    private static void check(Settling settling, Topology topology, Leaky[] images) {
        settling.begin(IMAGES);
        for (Leaky image : images) {
            image.begin();
            image.run(FREE, 0f);
        }
        settling.free(FREE);
        compare(settling, topology, images);
        settling.saveState();
        List<Leaky> kept = Arrays.stream(images).map(Leaky::copy).toList();
        settling.nudge(BETA, NUDGE);
        for (Leaky image : images) {
            image.run(NUDGE, BETA);
        }
        compare(settling, topology, images);
        long[] fired = new long[topology.depth() + 1];
        long[] opportunities = new long[fired.length];
        settling.countSpikes(fired, opportunities);
        for (int l = 0; l < fired.length; l++) {
            long expected = 0;
            for (Leaky image : images) {
                expected += image.fired[l];
            }
            assertEquals(expected, fired[l], "spikes of layer " + l);
            assertTrue(expected > 0, "layer " + l + " fires");
            assertEquals((long) (FREE + NUDGE) * IMAGES * topology.layout(l).neurons(), opportunities[l]);
        }
        settling.restoreState();
        for (int i = 0; i < IMAGES; i++) {
            images[i] = kept.get(i);
            images[i].run(NUDGE, -BETA);
        }
        settling.nudge(-BETA, NUDGE);
        compare(settling, topology, images);
        assertEquals(new StepCount(FREE * IMAGES, 0, 2 * NUDGE * IMAGES, 0), settling.steps());
    }

    private static void compare(Settling settling, Topology topology, Leaky[] images) {
        for (int i = 0; i < IMAGES; i++) {
            assertArrayEquals(images[i].q[0], SmallNetworks.values(settling, 0, "q", i), "spikes of the image");
            for (int l = 1; l <= topology.depth(); l++) {
                String where = "image " + i + ", layer " + l;
                assertArrayEquals(images[i].v[l], SmallNetworks.values(settling, l, "v", i), where + ", v");
                assertArrayEquals(images[i].q[l], SmallNetworks.values(settling, l, "q", i), where + ", q");
                assertArrayEquals(images[i].rate[l], SmallNetworks.values(settling.states(l), i), where + ", rate");
                assertArrayEquals(images[i].slow[l], SmallNetworks.values(settling, l, "slow", i), where);
            }
            assertArrayEquals(images[i].rate[topology.depth()], SmallNetworks.values(settling.output(), i));
        }
    }

    /** One image. Currents are those of the literal network; weights lie on a grid, so that their sums are exact. */
    private static final class Leaky {
        final float[] pixels;
        final float[] target;
        float[][] v;
        float[][] q;
        float[][] rate;
        float[][] slow;
        long[] fired;

        private final NetworkSettings settings;
        private final Parameters parameters;
        private final LiteralNetwork network;

        Leaky(NetworkSettings settings, Parameters parameters, float[] pixels) {
            int layers = settings.layers().size();
            this.settings = settings;
            this.parameters = parameters;
            this.pixels = pixels;
            this.target = new float[settings.classes()];
            float[][] weights = new float[layers][];
            float[][] biases = new float[layers][];
            for (int l = 0; l < layers; l++) {
                weights[l] = parameters.weights(l);
                biases[l] = parameters.biases(l);
            }
            this.network = new LiteralNetwork(settings, weights, biases, pixels);
            this.v = copy(network.s);
            this.q = copy(network.s);
            this.rate = copy(network.s);
            this.slow = copy(network.s);
            this.fired = new long[layers + 1];
        }

        private static float[][] copy(float[][] values) {
            return Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
        }

        Leaky copy() {
            Leaky copy = new Leaky(settings, parameters, pixels);
            System.arraycopy(target, 0, copy.target, 0, target.length);
            copy.v = copy(v);
            copy.q = copy(q);
            copy.rate = copy(rate);
            copy.slow = copy(slow);
            copy.fired = fired.clone();
            return copy;
        }

        /** Neurons begin at rest, pixels with potentials that are spread by the golden section. */
        void begin() {
            Arrays.fill(fired, 0);
            for (float[][] quantity : List.of(v, q, rate, slow)) {
                for (float[] layer : quantity) {
                    Arrays.fill(layer, 0f);
                }
            }
            for (int i = 0; i < pixels.length; i++) {
                double turns = i * (Math.sqrt(5) - 1) / 2;
                v[0][i] = (float) (turns - Math.floor(turns) - 0.5);
            }
        }

        void run(int steps, float beta) {
            for (int step = 0; step < steps; step++) {
                step(beta);
            }
        }

        private void step(float beta) {
            for (int i = 0; i < pixels.length; i++) {
                float potential = v[0][i] + pixels[i];
                q[0][i] = potential > 0.5f ? 1f : 0f;
                v[0][i] = potential - q[0][i];
            }
            int last = v.length - 1;
            float[][] u = new float[v.length][];
            for (int l = 1; l <= last; l++) {
                u[l] = network.forward(l, q[l - 1]);
                if (l < last) {
                    float[] back = network.backward(l + 1, q[l + 1]);
                    for (int i = 0; i < back.length; i++) {
                        u[l][i] += back[i];
                    }
                }
            }
            for (int l = 1; l <= last; l++) {
                int positions = v[l].length / parameters.biases(l - 1).length;
                for (int i = 0; i < v[l].length; i++) {
                    float bias = parameters.biases(l - 1)[i / positions];
                    float potential = KEEP * v[l][i] + (u[l][i] + bias);
                    if (l == last && beta != 0f) {
                        potential += beta * (target[i] - rate[l][i]);
                    }
                    q[l][i] = potential > THRESHOLD ? 1f : 0f;
                    v[l][i] = Math.clamp(potential - THRESHOLD * q[l][i], -THRESHOLD, THRESHOLD);
                    rate[l][i] = rate[l][i] + FILTER * (q[l][i] - rate[l][i]);
                    slow[l][i] = slow[l][i] + FILTER * (rate[l][i] - slow[l][i]);
                }
            }
            for (int l = 0; l <= last; l++) {
                for (float spike : q[l]) {
                    fired[l] += (long) spike;
                }
            }
        }
    }
}
