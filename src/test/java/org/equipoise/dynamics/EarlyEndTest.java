package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.Cases;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that settle before their phase ends stay where a literal reading of the criterion, image by image, stops them. */
@Tag("kernels")
class EarlyEndTest {
    private static final int FREE = 23;
    private static final int NUDGE = 11;
    private static final float BETA = 0.5f;
    private static final float THRESHOLD = 0.5f;
    private static final Schedule LAMBDA = new Schedule(0.832, 0.584);
    private static final Schedule EPSILON = new Schedule(0.843, 0.0923);
    private static final NeuronSettings SPIKING = new NeuronSettings.SigmaDelta(EPSILON, LAMBDA, THRESHOLD);

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();
    private final Ledger ledger = Ledger.unlimited();

    static long[] seeds() {
        return Cases.seeds(200, 230);
    }

    private static NeuronSettings rate(RandomNetworks random) {
        return new NeuronSettings.Rate(
                Schedule.constant(0.25), random.between(0, 1) == 0 ? Activation.CLIP : Activation.SIGMOID);
    }

    private static NetworkSettings network(RandomNetworks random) {
        return random.between(0, 1) == 0 ? random.network() : random.networkWithReadout();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingImagesStayWhereTheyHaveSettled(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        try (Images images = new Images(network(random), random)) {
            check(images, SPIKING, new LiteralStepper(images));
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateImagesStayWhereTheyHaveSettled(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NeuronSettings neuron = rate(random);
        try (Images images = new Images(network(random), random);
                SingleStepper single = new SingleStepper(images, neuron)) {
            check(images, neuron, single);
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** A third of the looks of the free phase find an image settled, if no look before did. */
    private SettleCriterion criterion(Stepper stepper, int images, int window) {
        List<Double> changes = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            stepper.start(image);
            settle(stepper, image, 0, FREE, 0f, new SettleCriterion(Double.MIN_VALUE, window), changes);
        }
        changes.sort(null);
        int third = changes.size() / 3;
        double tolerance = (changes.get(third) + changes.get(third + 1)) / 2;
        return new SettleCriterion(Math.clamp(tolerance, 1e-9, 1), window);
    }

    /** The steps after which the image stops. */
    private static int settle(
            Stepper stepper,
            int image,
            int from,
            int steps,
            float beta,
            SettleCriterion criterion,
            List<Double> changes) {
        float[] earlier = stepper.activations();
        for (int step = 1; step <= steps; step++) {
            stepper.step(from + step, beta, image);
            if (step % criterion.window() == 0 && step < steps) {
                float[] now = stepper.activations();
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

    private void check(Images images, NeuronSettings neuron, Stepper stepper) {
        SettleCriterion criterion = criterion(stepper, images.count, images.window);
        MemoryPlan plan = Settling.plan(neuron, criterion, images.topology, "test", images.count + 1, true);
        long before = ledger.currentBytes();
        try (Settling settling =
                Settling.open(neuron, criterion, images.parameters, kernels, ledger, "test", images.count + 1, true)) {
            assertEquals(plan.totalBytes(), ledger.currentBytes() - before, "what was planned is what is held");
            long[] fired = new long[images.topology.depth() + 1];
            long[] opportunities = new long[fired.length];
            settleTogether(settling, images, true);
            List<float[]> free = images.snapshots(settling);
            List<List<float[]>> nudged = new ArrayList<>();
            settling.saveState();
            settling.nudge(BETA, NUDGE);
            nudged.add(images.snapshots(settling));
            settling.restoreState();
            settling.nudge(-BETA, NUDGE);
            nudged.add(images.snapshots(settling));
            settling.countSpikes(fired, opportunities);
            long freeSteps = 0;
            long nudgeSteps = 0;
            List<Double> ignored = new ArrayList<>();
            for (int image = 0; image < images.count; image++) {
                stepper.start(image);
                freeSteps += settle(stepper, image, 0, FREE, 0f, criterion, ignored);
                String place = images.settings + " " + criterion + " image " + image;
                assertArrayEquals(stepper.everything(), free.get(image), place + " free");
                stepper.saveState();
                nudgeSteps += settle(stepper, image, FREE, NUDGE, BETA, criterion, ignored);
                assertArrayEquals(stepper.everything(), nudged.get(0).get(image), place + " plus");
                stepper.restoreState();
                nudgeSteps += settle(stepper, image, FREE, NUDGE, -BETA, criterion, ignored);
                assertArrayEquals(stepper.everything(), nudged.get(1).get(image), place + " minus");
            }
            long all = (long) images.count * FREE;
            assertEquals(
                    new StepCount(freeSteps, all - freeSteps, nudgeSteps, 2L * images.count * NUDGE - nudgeSteps),
                    settling.steps());
            assertTrue(freeSteps < all, "some image settles");
            stepper.checkSpikes(fired, opportunities, freeSteps + nudgeSteps);
            settleTogether(settling, images, false);
            List<float[]> again = images.snapshots(settling);
            for (int image = 0; image < images.count; image++) {
                assertArrayEquals(free.get(image), again.get(image), "in pieces, in memory used before");
            }
            assertEquals(freeSteps, settling.steps().taken());
        }
    }

    private static void settleTogether(Settling settling, Images images, boolean atOnce) {
        images.fill(settling);
        settling.begin(images.count);
        if (atOnce) {
            settling.free(FREE);
        } else {
            settling.free(1);
            settling.free(8);
            settling.free(FREE - 10);
            settling.free(1);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPhaseShorterThanTheWindowIsAsWithoutTheCriterion(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NeuronSettings neuron = random.between(0, 1) == 0 ? SPIKING : rate(random);
        try (Images images = new Images(network(random), random);
                Settling without = Settling.open(
                        neuron, null, images.parameters, kernels, ledger, "without", images.count, false);
                Settling with = Settling.open(
                        neuron,
                        new SettleCriterion(1, FREE),
                        images.parameters,
                        kernels,
                        ledger,
                        "with",
                        images.count,
                        false)) {
            settleTogether(without, images, true);
            settleTogether(with, images, false);
            without.nudge(BETA, NUDGE);
            with.nudge(BETA, NUDGE);
            List<float[]> expected = images.snapshots(without);
            List<float[]> found = images.snapshots(with);
            for (int image = 0; image < images.count; image++) {
                assertArrayEquals(expected.get(image), found.get(image));
            }
            assertEquals(new StepCount((long) images.count * FREE, 0, (long) images.count * NUDGE, 0), with.steps());
            assertEquals(with.steps(), without.steps());
        }
    }

    /** A network that steps one image at a time, and all of its state in channel-major order. */
    private interface Stepper {
        void start(int image);

        void step(int t, float beta, int image);

        float[] activations();

        float[] everything();

        void saveState();

        void restoreState();

        void checkSpikes(long[] fired, long[] opportunities, long steps);
    }

    /** Images, their targets and the network they are shown to. */
    private final class Images implements AutoCloseable {
        private final NetworkSettings settings;
        private final Topology topology;
        private final Parameters parameters;
        private final int count;
        private final int window;
        private final float[][] pixels;
        private final float[][] targets;

        Images(NetworkSettings settings, RandomNetworks random) {
            this.settings = settings;
            this.topology = Topology.of(settings);
            this.parameters = Parameters.open(topology, ledger);
            random.fillOnGrid(parameters);
            try (Workers workers = new Workers(1)) {
                parameters.derive(kernels, workers);
            }
            // What is written down literally is slow.
            this.count = random.between(2, RandomNetworks.large(settings) ? 3 : 19);
            this.window = random.between(1, 6);
            this.pixels = new float[count][];
            this.targets = new float[count][settings.classes()];
            for (int i = 0; i < count; i++) {
                pixels[i] = random.image(settings.input().size());
                targets[i][random.between(0, settings.classes() - 1)] = 1f;
            }
        }

        void fill(Settling settling) {
            for (int i = 0; i < count; i++) {
                fill(settling, i, i);
            }
        }

        void fill(Settling settling, int image, int slot) {
            fill(settling.image(), slot, pixels[image]);
            fill(settling.target(), slot, targets[image]);
        }

        private void fill(FloatTensor tensor, int slot, float[] values) {
            LayerLayout layout = tensor.layout();
            for (int i = 0; i < values.length; i++) {
                tensor.set(slot, layout.index(i % layout.positions(), i / layout.positions()), values[i]);
            }
        }

        List<float[]> snapshots(Settling settling) {
            List<float[]> snapshots = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                snapshots.add(snapshot(settling, i));
            }
            return snapshots;
        }

        private static FloatTensor variable(Settling settling, int layer, String name) {
            return (FloatTensor) settling.variables(layer).get(name);
        }

        /** s and, of spiking networks, v, φ and q of every layer. */
        float[] snapshot(Settling settling, int slot) {
            List<Float> values = new ArrayList<>();
            for (int l = 0; l <= topology.depth(); l++) {
                LayerLayout layout = topology.layout(l);
                for (int i = 0; i < layout.neurons(); i++) {
                    int neuron = layout.index(i % layout.positions(), i / layout.positions());
                    values.add(settling.states(l).get(slot, neuron));
                    SpikeTensor spikes = settling.spikes(l);
                    if (spikes != null) {
                        values.add(variable(settling, l, "phi").get(slot, neuron));
                        values.add(spikes.get(slot, neuron) ? 1f : 0f);
                        values.add(l == 0 ? 0f : variable(settling, l, "v").get(slot, neuron));
                    }
                }
            }
            return array(values);
        }

        @Override
        public void close() {
            parameters.close();
        }
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    /** The equations written down literally, for spiking neurons. */
    private static final class LiteralStepper implements Stepper {
        private final Images images;
        private final long[] fired;
        private LiteralNetwork literal;
        private LiteralNetwork kept;

        LiteralStepper(Images images) {
            this.images = images;
            this.fired = new long[images.topology.depth() + 1];
            this.literal = network(0);
            this.kept = literal;
        }

        private LiteralNetwork network(int image) {
            int connections = images.topology.connections().size();
            float[][] weights = new float[connections][];
            float[][] biases = new float[connections][];
            for (int l = 0; l < connections; l++) {
                weights[l] = images.parameters.weights(l);
                biases[l] = images.parameters.biases(l);
            }
            return new LiteralNetwork(images.settings, weights, biases, images.pixels[image]);
        }

        @Override
        public void start(int image) {
            if (image == 0) {
                Arrays.fill(fired, 0);
            }
            literal = network(image);
        }

        @Override
        public void step(int t, float beta, int image) {
            literal.spikingStep(LAMBDA.at(t), EPSILON.at(t), THRESHOLD, beta, images.targets[image]);
            for (int l = 0; l < fired.length; l++) {
                for (float spike : literal.q[l]) {
                    fired[l] += (long) spike;
                }
            }
        }

        @Override
        public float[] activations() {
            List<Float> values = new ArrayList<>();
            for (int l = 1; l < fired.length; l++) {
                for (float value : literal.s[l]) {
                    values.add(value);
                }
            }
            return array(values);
        }

        @Override
        public float[] everything() {
            List<Float> values = new ArrayList<>();
            for (int l = 0; l < fired.length; l++) {
                for (int i = 0; i < literal.s[l].length; i++) {
                    values.add(literal.s[l][i]);
                    values.add(literal.phi[l][i]);
                    values.add(literal.q[l][i]);
                    values.add(literal.v[l][i]);
                }
            }
            return array(values);
        }

        @Override
        public void saveState() {
            kept = literal.copy();
        }

        @Override
        public void restoreState() {
            literal = kept.copy();
        }

        @Override
        public void checkSpikes(long[] found, long[] opportunities, long steps) {
            assertArrayEquals(fired, found);
            for (int l = 0; l < fired.length; l++) {
                assertEquals(images.topology.layout(l).neurons() * steps, opportunities[l]);
            }
        }
    }

    /** The engine with one image and no criterion, one step at a time; ε must be constant. */
    private final class SingleStepper implements Stepper, AutoCloseable {
        private final Images images;
        private final Settling settling;

        SingleStepper(Images images, NeuronSettings neuron) {
            this.images = images;
            this.settling = Settling.open(neuron, null, images.parameters, kernels, ledger, "single", 1, true);
        }

        @Override
        public void start(int image) {
            images.fill(settling, image, 0);
            settling.begin(1);
        }

        @Override
        public void step(int t, float beta, int image) {
            if (beta == 0f) {
                settling.free(1);
            } else {
                settling.nudge(beta, 1);
            }
        }

        @Override
        public float[] activations() {
            List<Float> values = new ArrayList<>();
            for (int l = 1; l <= images.topology.depth(); l++) {
                LayerLayout layout = images.topology.layout(l);
                for (int i = 0; i < layout.neurons(); i++) {
                    values.add(settling.states(l).get(0, layout.index(i / layout.channels(), i % layout.channels())));
                }
            }
            return array(values);
        }

        @Override
        public float[] everything() {
            return images.snapshot(settling, 0);
        }

        @Override
        public void saveState() {
            settling.saveState();
        }

        @Override
        public void restoreState() {
            settling.restoreState();
        }

        @Override
        public void checkSpikes(long[] fired, long[] opportunities, long steps) {
            assertArrayEquals(new long[fired.length], fired);
            assertArrayEquals(new long[fired.length], opportunities);
        }

        @Override
        public void close() {
            settling.close();
        }
    }
}
