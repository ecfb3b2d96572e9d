package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.learning.BatchStates;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.health.HealthMonitor;
import org.equipoise.training.health.TrainingAnomaly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that goes wrong is noticed, named and, as the settings say, ended. */
class DivergenceTest {
    private static final String ENOUGH_BATCHES = "training.epochs=5";
    private static final String NO_LEARNING = "learning.rates=[0, 0]";

    @TempDir
    Path folder;

    /** Parameters of the stripes' network with no weights, and all biases of a layer alike. */
    private ModelFile biased(float hidden, float output) {
        Path file = folder.resolve("initial.safetensors");
        new SafetensorsWriter()
                .add("layers.0.weight", Shape.of(3, 1, 3, 3), new float[27])
                .add("layers.0.bias", Shape.of(3), filled(hidden))
                .add("layers.1.weight", Shape.of(3, 12), new float[36])
                .add("layers.1.bias", Shape.of(3), filled(output))
                .writeTo(file);
        return new ModelFile(file);
    }

    private static float[] filled(float value) {
        float[] values = new float[3];
        Arrays.fill(values, value);
        return values;
    }

    /** What training told before it ended. */
    private List<String> told(ModelFile initial, String... settings) {
        List<String> told = new ArrayList<>();
        StripesRun run = StripesRun.in(folder.resolve("run"), settings);
        try (TrainingRun training = TrainingRun.begin(
                run.configuration(), StripesRun.dataset(), StripesRun.machine(2), run::folder, initial)) {
            training.train(() -> false, StripesRun.NEVER, new TrainingListener() {
                @Override
                public void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {
                    int batch = progress.epoch() * StripesRun.BATCHES + progress.batch() + 1;
                    told.add(batch + " " + anomaly.kind() + " " + anomaly.layer());
                }
            });
        }
        return told;
    }

    private DivergenceException ended(ModelFile initial, String... settings) {
        DivergenceException ended = assertThrows(DivergenceException.class, () -> told(initial, settings));
        String message = String.valueOf(ended.getMessage());
        assertTrue(message.endsWith("run/last.safetensors holds the state before."), message);
        assertTrue(!message.contains(". "), message);
        assertTrue(RunCheck.of(folder.resolve("run")).sound());
        return ended;
    }

    @Test
    void trainingThatGoesWellIsNotCommentedOn() {
        StripesRun run = StripesRun.in(folder.resolve("well"), ENOUGH_BATCHES);
        List<TrainingAnomaly> anomalies = new ArrayList<>();
        try (TrainingRun training = run.begin()) {
            training.train(() -> false, StripesRun.NEVER, new TrainingListener() {
                @Override
                public void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {
                    anomalies.add(anomaly);
                }
            });
        }
        assertEquals(List.of(), anomalies);
    }

    @Test
    void silentOutputsAreToldOfAfterTwentyBatches() {
        assertEquals(List.of("20 SILENT 2"), told(biased(0.5f, -1), ENOUGH_BATCHES, NO_LEARNING));
    }

    @Test
    void everySilentLayerIsToldOf() {
        assertEquals(List.of("20 SILENT 1", "20 SILENT 2"), told(biased(-1, -1), ENOUGH_BATCHES, NO_LEARNING));
    }

    @Test
    void saturatedLayersAreToldOf() {
        assertEquals(List.of("20 SATURATED 1"), told(biased(2, 0.5f), ENOUGH_BATCHES, NO_LEARNING, "phases.free=40"));
    }

    @Test
    void silentOutputsEndARunThatShallStop() {
        DivergenceException ended = ended(biased(0.5f, -1), ENOUGH_BATCHES, NO_LEARNING, "training.divergence=stop");
        String message = String.valueOf(ended.getMessage());
        assertTrue(
                message.startsWith(
                        "Training stands still in epoch 4, batch 5: the output layer (linear 3) has been silent"
                                + " for 20 batches"),
                message);
        assertTrue(message.contains("learning.rates[1], which is 0.0,"), message);
    }

    @Test
    void valuesThatAreTooLargeEndARun() {
        DivergenceException ended = ended(biased(2e6f, 0), "training.divergence=warn");
        assertEquals(TrainingAnomaly.Kind.TOO_LARGE, ended.anomaly().kind());
        assertEquals(1, ended.anomaly().layer());
        assertTrue(
                String.valueOf(ended.getMessage())
                        .startsWith("Training diverged in epoch 1, batch 1: the weights or biases"
                                + " of layer 1 (conv 3) have reached"),
                ended.getMessage());
    }

    @Test
    void valuesThatAreNotFiniteEndARunWithinABatch() {
        DivergenceException ended = ended(biased(0.5f, 0.2f), "phases.beta=1e-40", "phases.scheme=one-sided");
        assertEquals(TrainingAnomaly.Kind.NOT_FINITE, ended.anomaly().kind());
        assertTrue(String.valueOf(ended.getMessage()).contains("epoch 1, batch 1:"), ended.getMessage());
    }

    @Test
    void nobodyLooksIfNobodyShall() {
        assertEquals(List.of(), told(biased(0.5f, -1), ENOUGH_BATCHES, NO_LEARNING, "training.divergence=ignore"));
        assertTrue(Files.exists(folder.resolve("run/best.safetensors")));
    }

    @Test
    void lookingAllocatesNothing() {
        StripesRun run = StripesRun.in(folder);
        Topology topology = Topology.of(run.configuration().network());
        Ledger ledger = Ledger.unlimited();
        try (Parameters parameters = Parameters.open(topology, ledger);
                BatchStates states = ledger.open(memory -> BatchStates.in(memory, topology, 4))) {
            // The next after these would be the first to be told of.
            IntFunction<FloatTensor> activations = layer -> layer == 2 ? states.output() : states.positive(layer);
            HealthMonitor monitor = new HealthMonitor(run.configuration(), topology);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int update = 0; update < HealthMonitor.PATIENCE - 2; update++) {
                assertEquals(List.of(), monitor.examine(activations, 4, parameters, update));
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            List<TrainingAnomaly> anomalies = monitor.examine(activations, 4, parameters, 0);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(List.of(), anomalies);
            assertTrue(allocated <= 64, () -> allocated + " bytes");
            assertEquals(2, monitor.examine(activations, 4, parameters, 0).size());
        }
    }
}
