package org.equipoise.experiment.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.error.BadInputException;
import org.equipoise.experiment.gradcheck.GradientCheck.Task;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.training.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small networks pass the check where theory says that they must, and fail it where it says that they cannot. */
class GradientCheckTest {
    private static final int SIDE = 9;
    private static final int IMAGES = 6;
    private static final double TOLERANCE = 0.001;
    private static final String NETWORK = """
            network:
              input: [1, 9, 9]
              layers: [{conv: 5, kernel: 2, pool: avg2}, {conv: 4, kernel: 2, pad: 1, pool: avg2}, {linear: 8}, {linear: 3}]
            neuron: {kind: rate, epsilon: 0.5}
            phases: {free: 150, nudge: 40, beta: 0.9}
            learning: {rates: [1, 1, 1, 1], loss: cross-entropy, readout: softmax}
            training: {batch: 4, epochs: 1, seed: 5}
            """;
    private static final String SPIKING = "neuron={kind: sigma-delta, epsilon: 0.3, lambda: 0.6}";
    private static final float BETA = 0.01f;

    private static Configuration network(String... overrides) {
        return ConfigurationReader.read(NETWORK, "test", List.of(overrides));
    }

    private static Dataset stripes() {
        int count = 12;
        byte[] pixels = new byte[count * SIDE * SIDE];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < SIDE * SIDE; p++) {
                int across = List.of(p / SIDE, p % SIDE, p / SIDE + p % SIDE).get(labels[i]);
                pixels[i * SIDE * SIDE + p] = (byte) ((across + i / 3) % 3 == 0 ? 230 : p % 40);
            }
        }
        ImageSet images = ImageSet.of(
                "stripes",
                new IdxArray(new int[] {count, SIDE, SIDE}, pixels),
                new IdxArray(new int[] {count}, labels),
                3);
        return new Dataset("stripes", images, images, List.of("0", "1", "2"), "none", "made here");
    }

    private static Task task(Configuration configuration, float beta) {
        return new Task(configuration, stripes(), null, IMAGES, beta, TOLERANCE);
    }

    private static GradcheckResult check(Configuration configuration, float beta) {
        return check(task(configuration, beta), 2);
    }

    private static GradcheckResult check(Task task, int threads) {
        return new GradientCheck(task, new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited()))
                .run(line -> {});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "neuron.epsilon=0.5",
                "neuron.epsilon=1.0",
                "neuron.activation=sigmoid",
                "neuron.activation=half-clip",
                "phases.scheme=one-sided",
                "neuron.activation=tanh learning={rates: [1, 1, 1, 1]}",
                "network.layers=[{conv: 5, kernel: 2, pool: max2}, {conv: 4, kernel: 2, pad: 1, pool: max2}, {linear: 8}, {linear: 3}]",
            })
    void aNetworkAtRestPasses(String override) {
        float beta = override.contains("one-sided") ? BETA / 10 : BETA;
        GradcheckResult result = check(network(override.split(" (?=learning)")), beta);
        assertTrue(result.passed(), result.layers().toString());
        assertTrue(result.failure().isEmpty());
        assertTrue(result.movement() < 1e-4, "" + result.movement());
        for (LayerAgreement layer : result.layers()) {
            assertTrue(layer.relativeRmse() < (layer.layer() == 0 ? 0.4 : 0.05), layer.toString());
            assertTrue(layer.signErrorPercent() < 10, layer.toString());
        }
        assertEquals(List.of(), result.spiking());
    }

    /** Step by step, and in its whole length, which a small feedback shortens where errors travel as all else does. */
    @Test
    void aNetworkThatAmplifiesErrorsPassesWithAnyFeedback() {
        assertFalse(check(network("network.feedback=0.2"), BETA).passed());
        for (String feedback : List.of("0.2", "0.02")) {
            GradcheckResult result = check(network("network.feedback=" + feedback, "phases.errors=amplified"), BETA);
            assertTrue(result.passed(), result.layers().toString());
            for (LayerAgreement layer : result.layers()) {
                assertTrue(layer.relativeRmse() < (layer.layer() == 0 ? 0.4 : 0.05), layer.toString());
                assertEquals(1, layer.weights().normRatio(), 0.02, layer.toString());
            }
        }
    }

    /** Winners by single spikes change from step to step; those by activations are the rate network's. */
    @ParameterizedTest
    @ValueSource(strings = {"decoded", "held"})
    void winnersByActivationsBringTheGradientOfMaximumPooling(String winners) {
        String phases = "phases={free: 200, nudge: 150, beta: 0.9, average: {free: 20, nudge: 80}}";
        String layers = "network.layers=[{conv: 5, kernel: 2, pool: %1$s}, {conv: 4, kernel: 2, pad: 1, pool: %1$s},"
                + " {linear: 8}, {linear: 3}]";
        GradcheckResult sent = check(network(SPIKING, phases, layers.formatted("max2")), BETA);
        GradcheckResult found =
                check(network(SPIKING, phases, layers.formatted("{max: 2, winners: " + winners + "}")), BETA);
        for (int l = 0; l < 4; l++) {
            double bySpikes = sent.spiking().getLast().layers().get(l).weights().cosine();
            double byActivations =
                    found.spiking().getLast().layers().get(l).weights().cosine();
            assertTrue(byActivations > bySpikes + 0.05, "layer " + l + ": " + bySpikes + " " + byActivations);
        }
        assertEquals("max", found.spiking().getLast().pooling());
    }

    @Test
    void spikingNetworksThatAmplifyErrorsAreCompared() {
        GradcheckResult result = check(
                network(SPIKING, "network.feedback=0.3", "phases.errors=amplified", "phases.average={nudge: 30}"),
                BETA);
        assertEquals(2, result.spiking().size());
        for (LayerAgreement layer : result.spiking().getFirst().layers()) {
            assertTrue(layer.weights().cosine() > 0.5, layer.toString());
            assertTrue(layer.weights().normRatio() > 0.3, layer.toString());
        }
        assertTrue(result.peakOffHeapBytes() <= result.predictedOffHeapBytes());
    }

    /** With this gain the first layer's estimate is γ = α F² = 4 times the gradient: a direction alone would not tell. */
    @Test
    void aGainThatIsNotThatOfTheAdjointFails() {
        GradcheckResult result = check(network("network.upsampling=1.0"), BETA);
        assertFalse(result.passed());
        LayerAgreement first = result.layers().getFirst();
        assertTrue(first.cosine() > 0.99, first.toString());
        assertEquals(4, first.normRatio(), 0.02);
        assertEquals(0.75, first.relativeRmse(), 0.05);
        String failure = result.failure().orElseThrow();
        assertTrue(failure.startsWith("The gradients of layer 0 (conv 5, weights) differ"), failure);
    }

    @Test
    void aNetworkThatIsNotAtRestFails() {
        GradcheckResult result = check(network("phases.free=3", "neuron.epsilon=0.1"), BETA);
        assertFalse(result.passed());
        assertTrue(result.movement() > 1e-3, "" + result.movement());
    }

    @Test
    void anErrorThatHasNotArrivedFails() {
        GradcheckResult result = check(network("phases.nudge=2"), BETA);
        assertFalse(result.passed());
        assertEquals(0, result.layers().getFirst().normRatio());
        assertTrue(result.layers().getLast().within(TOLERANCE), result.toString());
    }

    /** Spikes make the last states noisy; the estimate that is learnt from is that of their means, and so is the one compared. */
    @Test
    void theEstimateIsThatOfTheMeansThatAreLearntFrom() {
        List<LayerAgreement> last = spiking("phases.average=1");
        List<LayerAgreement> mean = spiking("phases.average=20");
        for (int l = 1; l < last.size(); l++) {
            assertTrue(mean.get(l).cosine() > last.get(l).cosine(), "layer " + l + ": " + last + " " + mean);
        }
    }

    private static List<LayerAgreement> spiking(String override) {
        Configuration configuration = network(SPIKING, "phases.free=60", "phases.nudge=30", override);
        return check(configuration, BETA).spiking().getFirst().layers();
    }

    /** The error reaches one layer more with every step, and both algorithms make the same of it from then on. */
    @Test
    void curvesFollowTheError() {
        GradcheckResult result = check(network(), BETA);
        for (LayerCurves layer : result.curves()) {
            assertEquals(40, layer.bpttMean().size());
            assertEquals(40, layer.epMean().size());
            assertEquals(40, layer.cosine().size());
            assertEquals(3, layer.samples().size());
            for (LayerCurves.Curve sample : layer.samples()) {
                double scale =
                        sample.bptt().stream().mapToDouble(Math::abs).max().orElseThrow();
                for (int t = 0; t < 40; t++) {
                    assertEquals(sample.bptt().get(t), sample.ep().get(t), 0.05 * scale, layer.name() + ", step " + t);
                }
            }
            for (int t = 0; t < 2 - layer.layer(); t++) {
                assertEquals(0, layer.bpttMean().get(t), layer.name() + ", step " + t);
            }
            assertTrue(layer.bpttMean().get(Math.max(0, 2 - layer.layer())) > 0, layer.name());
            boolean readout = layer.layer() == 3;
            assertEquals(readout, layer.bpttMean().stream().skip(1).allMatch(mean -> mean == 0), layer.name());
        }
    }

    @Test
    void spikingNetworksAreComparedWithBothKindsOfPooling() {
        GradcheckResult result = check(network(SPIKING, "phases.nudge=30"), BETA);
        assertEquals(
                List.of("avg", "max"),
                result.spiking().stream()
                        .map(GradcheckResult.PoolingAgreement::pooling)
                        .toList());
        for (GradcheckResult.PoolingAgreement pooling : result.spiking()) {
            assertEquals(4, pooling.layers().size());
            Agreement readout = pooling.layers().getLast().bias();
            assertTrue(readout.cosine() > 0.9, pooling.pooling() + ": " + readout);
        }
    }

    @Test
    void aSpikingNetworkWithoutPoolingIsComparedAsItIs() {
        GradcheckResult result =
                check(network(SPIKING, "network.layers=[{linear: 6}, {linear: 3}]", "learning.rates=[1, 1]"), BETA);
        assertEquals(1, result.spiking().size());
        assertEquals("none", result.spiking().getFirst().pooling());
    }

    @Test
    void threadsDoNotChangeTheResult() {
        Task task = task(network(SPIKING), BETA);
        GradcheckResult one = check(task, 1);
        GradcheckResult five = check(task, 5);
        assertEquals(one.layers(), five.layers());
        assertEquals(one.curves(), five.curves());
        assertEquals(one.spiking(), five.spiking());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void memoryIsAsPredicted(int threads) {
        Task task = task(network(SPIKING, "phases.free=10", "phases.nudge=5"), BETA);
        long predicted = GradientCheck.stages(task, threads).stream()
                .mapToLong(stage ->
                        stage.stream().mapToLong(MemoryPlan::totalBytes).sum())
                .max()
                .orElseThrow();
        GradcheckResult result = check(task, threads);
        assertEquals(predicted, result.predictedOffHeapBytes());
        assertEquals(predicted, result.peakOffHeapBytes());
        Ledger tooSmall = new Ledger(predicted - 1);
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), threads, tooSmall);
        assertThrows(BudgetExceededException.class, () -> new GradientCheck(task, machine).run(line -> {}));
        assertEquals(0, tooSmall.peakBytes());
    }

    @Test
    void progressNamesEveryStage() {
        List<String> heard = new ArrayList<>();
        new GradientCheck(
                        task(network(SPIKING, "phases.free=4", "phases.nudge=4"), BETA),
                        new Machine(KernelSelection.ofThisJvm().kernels(), 1, Ledger.unlimited()))
                .run(heard::add);
        assertEquals(3, heard.size());
    }

    @Test
    void whatCannotBeCheckedIsRefused() {
        Configuration configuration = network();
        Stream.of(0, 13)
                .forEach(images -> assertThrows(
                        BadInputException.class,
                        () -> new Task(configuration, stripes(), null, images, 0.1f, TOLERANCE)));
        Stream.of(0.0, 1.0, Double.NaN)
                .forEach(tolerance -> assertThrows(
                        BadInputException.class,
                        () -> new Task(configuration, stripes(), null, IMAGES, 0.1f, tolerance)));
        Stream.of(0f, -1f, Float.NaN, 101f)
                .forEach(beta -> assertThrows(
                        BadInputException.class,
                        () -> new Task(configuration, stripes(), null, IMAGES, beta, TOLERANCE)));
    }

    @Test
    void tablesAndFiguresShowEveryLayer() {
        GradcheckResult result = check(network(SPIKING, "phases.free=10", "phases.nudge=5"), BETA);
        List<String> csv = GradcheckReport.csv(result).lines().toList();
        assertEquals(1 + 3 * 4 * 2, csv.size());
        csv.forEach(line -> assertEquals(9, line.split(",", -1).length, line));
        String markdown = GradcheckReport.markdown(result);
        assertTrue(markdown.contains("| 2, linear 8 | weights |"), markdown);
        assertTrue(markdown.contains("| max | 0, conv 5 | biases |"), markdown);
        assertEquals(8, GradcheckReport.curves(result, "test").panels().size());
        assertEquals(2, GradcheckReport.pooling(result, "test").panels().size());
    }
}
