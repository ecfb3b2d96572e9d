package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.training.health.TrainingAnomaly;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {
    private static final EpochMetrics METRICS = new EpochMetrics(
            3,
            15,
            50,
            0.5,
            25,
            0.25,
            List.of(),
            100,
            10,
            1,
            0,
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            MemoryAccounts.NONE,
            null);

    private final List<String> heard = new ArrayList<>();

    /** Writes down everything that it hears, behind its name. */
    private TrainingListener named(String name) {
        return new TrainingListener() {
            @Override
            public void batchDone(Progress progress, int batches, double[] firingRates, double sampleStepsPerSecond) {
                heard.add(name + " batch " + progress.batch() + " of " + batches + ", " + firingRates[0] + ", "
                        + sampleStepsPerSecond);
            }

            @Override
            public void testing(int images, int all) {
                heard.add(name + " test " + images + " of " + all);
            }

            @Override
            public void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {
                heard.add(name + " " + anomaly.kind() + " at " + progress.batch());
            }

            @Override
            public void epochDone(EpochMetrics metrics) {
                heard.add(name + " epoch " + metrics.epoch());
            }
        };
    }

    private static void tellAll(TrainingListener listener) {
        Progress progress = new Progress(2, 4, 0, 0, 0, 0, 0, 0, 100);
        listener.batchDone(progress, 5, new double[] {0.5}, 7);
        listener.anomalyDetected(new TrainingAnomaly(TrainingAnomaly.Kind.SILENT, 1, 2, "It is silent"), progress);
        listener.testing(8, 9);
        listener.epochDone(METRICS);
    }

    @Test
    void bothHearEverythingOneAfterTheOther() {
        tellAll(named("a").and(named("b")));
        assertEquals(
                List.of(
                        "a batch 4 of 5, 0.5, 7.0",
                        "b batch 4 of 5, 0.5, 7.0",
                        "a SILENT at 4",
                        "b SILENT at 4",
                        "a test 8 of 9",
                        "b test 8 of 9",
                        "a epoch 3",
                        "b epoch 3"),
                heard);
    }

    @Test
    void oneThatHearsNothingTakesNothingFromAnother() {
        tellAll(TrainingListener.SILENT.and(named("b")).and(TrainingListener.SILENT));
        assertEquals(List.of("b batch 4 of 5, 0.5, 7.0", "b SILENT at 4", "b test 8 of 9", "b epoch 3"), heard);
    }
}
