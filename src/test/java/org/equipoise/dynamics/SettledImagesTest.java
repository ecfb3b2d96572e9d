package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that settle early stay where each of them, alone and without a criterion, was at that step. */
class SettledImagesTest {
    private static final int IMAGES = 6;
    private static final int FREE = 20;
    private static final int NUDGE = 9;
    private static final int WINDOW = 3;
    private static final float BETA = 0.5f;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    private static List<NeuronSettings> neurons() {
        return List.of(
                new NeuronSettings.Rate(Schedule.constant(0.25), Activation.SIGMOID),
                new NeuronSettings.SigmaDelta(Schedule.constant(0.25), Schedule.constant(0.5), 0.5f),
                new NeuronSettings.Lif(0.125f, 0.75f, 0.25f));
    }

    static List<NetworkSettings> networks() {
        return SmallNetworks.all();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyImageStaysWhereItSettledAlone(NetworkSettings settings) {
        for (NeuronSettings neuron : neurons()) {
            Ledger ledger = Ledger.unlimited();
            RandomNetworks random = new RandomNetworks(11);
            try (Workers workers = new Workers(1);
                    Parameters parameters = Parameters.open(Topology.of(settings), ledger)) {
                random.fillOnGrid(parameters);
                parameters.derive(kernels, workers);
                float[][] pixels = new float[IMAGES][];
                for (int i = 0; i < IMAGES; i++) {
                    pixels[i] = random.image(settings.input().size());
                }
                try (Settling alone = Settling.open(neuron, null, parameters, kernels, ledger, "alone", 1, true)) {
                    double tolerance = tolerance(alone, parameters.topology(), pixels);
                    SettleCriterion criterion = new SettleCriterion(tolerance, WINDOW);
                    try (Settling together =
                            Settling.open(neuron, criterion, parameters, kernels, ledger, "all", IMAGES, true)) {
                        check(together, alone, parameters.topology(), pixels, criterion);
                    }
                }
            }
            assertEquals(0, ledger.currentBytes());
        }
    }

    /** About a third of the looks of the free phase would end it. */
    private static double tolerance(Settling alone, Topology topology, float[][] pixels) {
        List<Double> changes = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            begin(alone, pixels, i);
            run(alone, topology, FREE, 0f, new SettleCriterion(Double.MIN_VALUE, WINDOW), changes);
        }
        changes.sort(null);
        int third = changes.size() / 3;
        return Math.clamp((changes.get(third) + changes.get(third + 1)) / 2, 1e-9, 1);
    }

    private static void begin(Settling alone, float[][] pixels, int image) {
        SmallNetworks.fill(alone.image(), 0, pixels[image]);
        alone.target().clear(1);
        alone.target().set(0, image % 3, 1f);
        alone.begin(1);
    }

    /** The criterion, step by step: the mean change of an activation since the last look. */
    private static int run(
            Settling alone, Topology topology, int steps, float beta, SettleCriterion criterion, List<Double> changes) {
        float[] earlier = activations(alone, topology, 0);
        for (int step = 1; step <= steps; step++) {
            if (beta == 0f) {
                alone.free(1);
            } else {
                alone.nudge(beta, 1);
            }
            if (step % criterion.window() == 0 && step < steps) {
                float[] now = activations(alone, topology, 0);
                double sum = 0;
                for (int i = 0; i < now.length; i++) {
                    sum += Math.abs(now[i] - earlier[i]);
                }
                changes.add(sum / now.length);
                if (sum / now.length < criterion.tolerance()) {
                    return step;
                }
                earlier = now;
            }
        }
        return steps;
    }

    private static float[] activations(Settling settling, Topology topology, int image) {
        List<Float> values = new ArrayList<>();
        for (int l = 1; l <= topology.depth(); l++) {
            for (float value : SmallNetworks.values(settling.states(l), image)) {
                values.add(value);
            }
        }
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static float[][] activations(Settling settling, Topology topology) {
        float[][] activations = new float[IMAGES][];
        for (int i = 0; i < IMAGES; i++) {
            activations[i] = activations(settling, topology, i);
        }
        return activations;
    }

    private static void check(
            Settling together, Settling alone, Topology topology, float[][] pixels, SettleCriterion criterion) {
        for (int i = 0; i < IMAGES; i++) {
            SmallNetworks.fill(together.image(), i, pixels[i]);
            together.target().set(i, i % 3, 1f);
        }
        together.begin(IMAGES);
        together.free(FREE);
        float[][] free = activations(together, topology);
        together.saveState();
        together.nudge(BETA, NUDGE);
        float[][] plus = activations(together, topology);
        together.restoreState();
        together.nudge(-BETA, NUDGE);
        float[][] minus = activations(together, topology);
        StepCount steps = together.steps();
        together.begin(IMAGES);
        together.free(1);
        together.free(7);
        together.free(FREE - 8);
        assertArrayEquals(free, activations(together, topology), "a phase in pieces, in memory used before");
        long freeSteps = 0;
        long nudgeSteps = 0;
        List<Double> ignored = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            begin(alone, pixels, i);
            freeSteps += run(alone, topology, FREE, 0f, criterion, ignored);
            assertArrayEquals(activations(alone, topology, 0), free[i], "image " + i);
            alone.saveState();
            nudgeSteps += run(alone, topology, NUDGE, BETA, criterion, ignored);
            assertArrayEquals(activations(alone, topology, 0), plus[i], "image " + i + ", nudged");
            alone.restoreState();
            nudgeSteps += run(alone, topology, NUDGE, -BETA, criterion, ignored);
            assertArrayEquals(activations(alone, topology, 0), minus[i], "image " + i + ", nudged away");
        }
        assertTrue(freeSteps < IMAGES * FREE, "some image settles early");
        assertEquals(
                new StepCount(freeSteps, IMAGES * FREE - freeSteps, nudgeSteps, 2 * IMAGES * NUDGE - nudgeSteps),
                steps);
    }
}
