package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.memory.Account;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.plot.LinePlot;
import org.equipoise.training.TrainingState;
import org.junit.jupiter.api.Test;

class MemoryExperimentTest {
    private static final int THREADS = 2;

    /** Remembers what it was asked to measure and answers with numbers that can be recognised. */
    private static final class Recorded implements MemoryExperiment.Measurement {
        private final List<Configuration> measured = new ArrayList<>();

        @Override
        public Footprint nothing() {
            return new Footprint(0, 1000L, 900L);
        }

        @Override
        public Footprint oneBatch(Configuration configuration) {
            measured.add(configuration);
            return new Footprint(measured.size(), 5000L + measured.size(), 10L);
        }
    }

    private static long predicted(int batch) {
        return TrainingState.plans(Presets.read("quick", List.of("training.batch=" + batch)), THREADS, 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    private static MemoryReport run(long budget, Recorded recorded, List<MemoryRow> heard) {
        return new MemoryExperiment(settings -> Presets.read("quick", settings), THREADS, budget)
                .run(List.of(LearningVariant.EP), List.of(1, 40), List.of(5, 30), recorded, heard::add);
    }

    @Test
    void everyCaseIsMeasuredOnceInOrder() {
        Recorded recorded = new Recorded();
        List<MemoryRow> heard = new ArrayList<>();
        MemoryReport report = run(Long.MAX_VALUE, recorded, heard);
        assertEquals(heard, report.rows());
        assertEquals(1000L, report.baseRssBytes());
        assertEquals(
                List.of(5, 30, 5, 30),
                recorded.measured.stream().map(one -> one.phases().free()).toList());
        assertEquals(
                List.of(1, 1, 40, 40),
                recorded.measured.stream().map(one -> one.training().batch()).toList());
        MemoryRow last = report.rows().getLast();
        assertEquals(predicted(40), last.predictedBytes());
        assertEquals(4L, last.measuredPeakBytes());
        assertEquals(5004L, last.rssBytes());
        assertEquals(4004L, last.rssAboveBaseBytes());
        assertEquals(Account.values().length, last.accounts().size());
        assertEquals(
                last.predictedBytes(),
                last.accounts().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void whatIsOverTheBudgetIsPredictedAndNotRun() {
        Recorded recorded = new Recorded();
        MemoryReport report = run(predicted(40) - 1, recorded, new ArrayList<>());
        assertEquals(2, recorded.measured.size());
        MemoryRow over = report.rows().getLast();
        assertEquals(predicted(40), over.predictedBytes());
        assertNull(over.measuredPeakBytes());
        assertNull(over.rssBytes());
        assertNull(over.rssAboveBaseBytes());
        assertTrue(report.csv().contains("ep,30,40," + predicted(40) + ",,,,"), report.csv());
    }

    @Test
    void aBudgetForNoneIsRefusedBeforeAnythingRuns() {
        Recorded recorded = new Recorded();
        String message = assertThrows(
                        BudgetExceededException.class, () -> run(predicted(1) - 1, recorded, new ArrayList<>()))
                .getMessage();
        assertNotNull(message);
        assertTrue(message.contains("even a batch of one image needs"), message);
        assertEquals(0, recorded.measured.size());
    }

    @Test
    void tablesAndFigureShowEveryRow() {
        MemoryReport report = run(predicted(40) - 1, new Recorded(), new ArrayList<>());
        assertEquals(5, report.csv().lines().count());
        long columns = report.csv().lines().findFirst().orElseThrow().split(",").length;
        report.csv().lines().forEach(line -> assertEquals(columns, line.split(",", -1).length, line));
        assertTrue(report.markdown().contains("| ep | 30 | 1 |"), report.markdown());
        assertTrue(report.markdown().contains("| account | ep, batch 1 | ep, batch 40 |"), report.markdown());
        LinePlot plot = (LinePlot) report.plot("quick");
        assertEquals(
                List.of("ep, batch 1, predicted", "ep, batch 1, measured", "ep, batch 40, predicted"),
                plot.series().stream().map(series -> series.label()).toList());
    }
}
