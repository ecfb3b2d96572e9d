package org.equipoise.report.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkProbeTest {
    private static final String SPIKING = """
            network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: avg2}, {linear: 5}, {linear: 3}], upsampling: exact}
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 20, nudge: 6, beta: 0.9}
            learning: {rates: [0.2, 0.1, 0.1]}
            training: {batch: 4, epochs: 1}
            """;

    private static final String RATE = """
            network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: max2}, {linear: 5}, {linear: 3}], upsampling: exact}
            neuron: {kind: rate, epsilon: 0.5, activation: sigmoid}
            phases: {free: 80, nudge: 40, beta: 0.5}
            learning: {rates: [0.2, 0.1, 0.1]}
            training: {batch: 4, epochs: 1}
            """;

    private static final String LEAKY = """
            network: {input: [1, 6, 6], layers: [{linear: 5}, {linear: 3}]}
            neuron: {kind: lif, leak: 0.0, threshold: 1.0, filter: 0.05}
            phases: {free: 30, nudge: 10, beta: 0.5, scheme: random-sign}
            learning: {algorithm: eqspike, weights-move: phase-end, rates: [0.2, 0.1]}
            training: {batch: 4, epochs: 1}
            """;

    private static final String READOUT = """
            network: {input: [1, 6, 6], layers: [{linear: 8}, {linear: 3}], upsampling: exact}
            neuron: {kind: rate, epsilon: 0.5, activation: clip}
            phases: {free: 30, nudge: 10, beta: 0.5, settle: {tolerance: 0.5, window: 2}}
            learning: {rates: [0.2, 0.1], loss: cross-entropy, readout: softmax}
            training: {batch: 4, epochs: 1}
            """;

    @TempDir
    Path folder;

    private static ImageSet images(int count) {
        byte[] pixels = new byte[count * 36];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < 36; p++) {
                pixels[i * 36 + p] = (byte) ((p + i) % (labels[i] + 2) == 0 ? 255 : 9);
            }
        }
        return ImageSet.of(
                "stripes", new IdxArray(new int[] {count, 6, 6}, pixels), new IdxArray(new int[] {count}, labels), 3);
    }

    private static Machine machine(Ledger ledger) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), 2, ledger);
    }

    private RunRecord trained(String yaml, String... settings) {
        Configuration configuration = ConfigurationReader.read(yaml, "test", List.of(settings));
        Dataset dataset = new Dataset("stripes", images(12), images(6), List.of("a", "b", "c"), "none", "made here");
        Path run = folder.resolve("run");
        try (TrainingRun training =
                TrainingRun.begin(configuration, dataset, machine(Ledger.unlimited()), () -> run, null)) {
            training.train(() -> false, Duration.ofDays(1), TrainingListener.SILENT);
        }
        return RunRecord.read(run);
    }

    @ParameterizedTest
    @ValueSource(strings = {SPIKING, RATE, LEAKY})
    void theFreePhaseEndsWithTheAnswerThatTheNetworkGives(String yaml) {
        RunRecord run = trained(yaml);
        Machine machine = machine(Ledger.unlimited());
        Trajectory trajectory;
        try (NetworkProbe probe = new NetworkProbe(run, machine, 3)) {
            trajectory = probe.trajectory(images(6), 4);
        }
        try (Inference inference = Inference.open(run.configuration(), run.model(), machine, 6)) {
            float[][] outputs = inference.outputs(6, Evaluator.source(images(6)));
            assertArrayEquals(outputs[4], trajectory.outputs().get(trajectory.freeSteps() - 1));
            assertEquals(Evaluator.answer(outputs[4]), trajectory.answer());
        }
        float[] last = trajectory.outputs().getLast();
        assertEquals(
                (last[0] + last[1] + last[2]) / 3.0,
                trajectory.layers().getLast().meanState().getLast(),
                1e-6);
        assertEquals(1, trajectory.label());
        assertEquals(trajectory.steps(), trajectory.outputs().size());
        int layers = run.topology().depth() + 1;
        assertEquals(layers, trajectory.layers().size());
        assertEquals(!yaml.equals(RATE), trajectory.spiking());
        for (Trajectory.Layer layer : trajectory.layers().subList(1, layers)) {
            assertEquals(trajectory.steps(), layer.meanChange().size());
            assertEquals(trajectory.steps(), layer.meanState().size());
        }
    }

    @Test
    void theAnswerIsThatOfTheMeanOutputAndImagesAreNormalised() {
        RunRecord run = trained(RATE, "phases.average=3", "network.normalise={mean: [0.5], deviation: [0.5]}");
        Machine machine = machine(Ledger.unlimited());
        try (NetworkProbe probe = new NetworkProbe(run, machine, 1);
                Inference inference = Inference.open(run.configuration(), run.model(), machine, 6)) {
            Trajectory trajectory = probe.trajectory(images(6), 4);
            float[] output = inference.outputs(6, Evaluator.source(images(6)))[4];
            for (int c = 0; c < output.length; c++) {
                float sum = 0;
                for (int step = trajectory.freeSteps() - 3; step < trajectory.freeSteps(); step++) {
                    sum += trajectory.outputs().get(step)[c];
                }
                assertEquals(output[c], sum / 3, 1e-6f);
            }
            assertEquals(Evaluator.answer(output), trajectory.answer());
        }
    }

    @Test
    void spikesThatAreShownAreThoseThatAreCounted() {
        RunRecord run = trained(SPIKING);
        try (NetworkProbe probe = new NetworkProbe(run, machine(Ledger.unlimited()), 1)) {
            Trajectory trajectory = probe.trajectory(images(6), 0);
            assertTrue(trajectory.spiking());
            // The output is shown whole.
            Trajectory.Layer output = trajectory.layers().getLast();
            assertEquals(3, output.spikes().size());
            long free = 0;
            for (boolean[] neuron : output.spikes()) {
                for (int step = 0; step < trajectory.freeSteps(); step++) {
                    free += neuron[step] ? 1 : 0;
                }
            }
            assertEquals(free / (3.0 * trajectory.freeSteps()), output.freeRate());
            assertTrue(trajectory.layers().getFirst().freeRate() > 0.1, "the image fires");
        }
    }

    @Test
    void rateNeuronsComeToRestAndTheNudgeMovesThem() {
        RunRecord run = trained(RATE);
        try (NetworkProbe probe = new NetworkProbe(run, machine(Ledger.unlimited()), 1)) {
            Trajectory trajectory = probe.trajectory(images(6), 0);
            List<Double> change = trajectory.layers().getLast().meanChange();
            int free = trajectory.freeSteps();
            assertTrue(change.get(free - 1) < 1e-3 * change.getFirst(), change::toString);
            assertTrue(change.get(free) > 10 * change.get(free - 1), change::toString);
            assertEquals(
                    0,
                    trajectory.layers().stream()
                            .filter(layer -> !layer.spikes().isEmpty())
                            .count());
        }
    }

    @Test
    void inTheLimitOfASmallNudgeBothSidesAgreeAndWithALargeOneLess() {
        List<Asymmetry.Layer> small;
        try (NetworkProbe probe = new NetworkProbe(trained(RATE, "phases.beta=0.02"), machine(Ledger.unlimited()), 6)) {
            small = probe.asymmetry(images(6)).againstLater();
        }
        assertEquals(3, small.size());
        for (Asymmetry.Layer layer : small) {
            assertEquals(1, layer.cosine(), 0.01, layer.toString());
            assertEquals(1, layer.normRatio(), 0.1, layer.toString());
        }
        try (NetworkProbe probe = new NetworkProbe(
                new RunRecord(
                        folder,
                        ConfigurationReader.read(RATE, "test", List.of("phases.beta=2")),
                        java.util.Map.of(),
                        List.of(),
                        org.equipoise.training.ModelFile.at(folder.resolve("run"))),
                machine(Ledger.unlimited()),
                6)) {
            for (Asymmetry.Layer layer : probe.asymmetry(images(6)).againstLater()) {
                int number = List.of("conv 1", "linear 2", "output").indexOf(layer.layer());
                double before = Math.abs(small.get(number).normRatio() - 1);
                assertTrue(Math.abs(layer.normRatio() - 1) > before, layer + " against " + small.get(number));
            }
        }
    }

    /** Cut short, the free phase leaves the network on the move, which both nudges then go on with. */
    @Test
    void whatHasNotSettledCountsAgainstTheFreeStateOnly() {
        RunRecord run = trained(RATE, "phases.free=2", "phases.nudge=30", "phases.beta=0.02");
        try (NetworkProbe probe = new NetworkProbe(run, machine(Ledger.unlimited()), 6)) {
            Asymmetry asymmetry = probe.asymmetry(images(6));
            assertEquals(6, asymmetry.images());
            for (int l = 0; l < 3; l++) {
                assertTrue(asymmetry.againstFree().get(l).cosine() < -0.9, asymmetry::toString);
                assertEquals(1, asymmetry.againstLater().get(l).cosine(), 0.05, asymmetry.toString());
            }
        }
    }

    @Test
    void aReadoutHasLogitsAndAnAsymmetryToo() {
        RunRecord run = trained(READOUT);
        try (NetworkProbe probe = new NetworkProbe(run, machine(Ledger.unlimited()), 6)) {
            Trajectory trajectory = probe.trajectory(images(6), 0);
            assertTrue(trajectory.logits());
            assertEquals(2, trajectory.layers().size());
            List<Asymmetry.Layer> layers = probe.asymmetry(images(6)).againstLater();
            assertEquals(
                    List.of("linear 1", "readout"),
                    layers.stream().map(Asymmetry.Layer::layer).toList());
            assertTrue(layers.getLast().cosine() > 0.9, layers::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SPIKING, RATE, READOUT, LEAKY})
    void itHoldsWhatItsPlansSay(String yaml) {
        RunRecord run = trained(yaml);
        Ledger ledger = Ledger.unlimited();
        try (NetworkProbe probe = new NetworkProbe(run, machine(ledger), 4)) {
            probe.trajectory(images(6), 0);
            probe.asymmetry(images(6));
        }
        long predicted = NetworkProbe.plans(run.configuration(), 2, 4).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
        assertEquals(predicted, ledger.peakBytes());
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void oppositeGradientsHaveACosineOfMinusOne() {
        Asymmetry.Layer layer =
                Asymmetry.Layer.between("x", new float[][] {{3, 0}, {4}}, new float[][] {{-6, 0}, {-8}});
        assertEquals(-1, layer.cosine(), 1e-12);
        assertEquals(0.5, layer.normRatio(), 1e-12);
        assertTrue(Double.isNaN(Asymmetry.Layer.between("x", new float[][] {{0}}, new float[][] {{1}})
                .cosine()));
    }
}
