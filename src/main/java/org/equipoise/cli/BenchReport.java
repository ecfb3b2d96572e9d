package org.equipoise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.experiment.KernelShares;
import org.equipoise.experiment.MachinePeak;
import org.equipoise.experiment.ThroughputResult;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.MemorySize;

/** What {@code bench} measured, in lines for people. */
final class BenchReport {
    private static final int PERCENT = 100;
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;
    private static final double KILO = 1e3;

    private BenchReport() {}

    static List<String> lines(ThroughputResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(Text.format(
                "%,.0f sample-steps a second (median batch %,.0f): %s of %s in %.1f s.",
                result.sampleStepsPerSecond(),
                result.medianSampleStepsPerSecond(),
                Text.count(result.batches(), "update"),
                Text.count(result.batch(), "image"),
                result.seconds()));
        if (result.stepsSavedPercent() > 0) {
            lines.add(Text.saved(
                    result.stepsSavedPercent(), result.freeStepsSavedPercent(), result.nudgeStepsSavedPercent()));
        }
        lines.add(Text.format(
                "%s, %s; %s off-heap at most; %.1f bytes a sample-step allocated on the heap.",
                Text.count(result.threads(), "thread"),
                InfoCommand.kernels(KernelSelection.ofThisJvm()),
                MemorySize.format(result.peakOffHeapBytes()),
                result.heapBytesPerSampleStep()));
        if (!result.firingRates().isEmpty()) {
            lines.add("Firing rates " + Text.rates(result.firingRates()) + ".");
        }
        lines.add("Phases: " + shares(result.phaseShares()) + ".");
        lines.add("Kernels: " + shares(result.kernelShares())
                + Text.format(", outside kernels %.1f %%.", PERCENT * result.outsideKernels()));
        for (KernelShares.OfConnection connection : result.connections()) {
            lines.add(connection(connection, !result.firingRates().isEmpty()));
        }
        lines.add(Text.format(
                "Clocks around kernels left %,.0f sample-steps a second, their counting apart.",
                result.meteredSampleStepsPerSecond()));
        lines.add(Text.format(
                "A sample-step: %,.0f additions, in the kernels %,.0f million a second and thread.",
                result.additionsPerSampleStep(), result.additionsPerSecond() / MILLION));
        lines.add(bytes(result.bytesPerSampleStep()));
        peak(result, lines);
        return lines;
    }

    private static String connection(KernelShares.OfConnection connection, boolean spiking) {
        String expectation = spiking
                ? Text.format(", of both for expectations %.1f %%", PERCENT * connection.expectationShare())
                : "";
        return Text.format(
                "  layers.%d: forward %.1f %%, backward %.1f %%%s; %,.0f additions, %,.0f million a second and thread.",
                connection.connection(),
                PERCENT * connection.forwardShare(),
                PERCENT * connection.backwardShare(),
                expectation,
                connection.additionsPerSampleStep(),
                connection.additionsPerSecond() / MILLION);
    }

    private static String bytes(ThroughputResult.Bytes bytes) {
        return Text.format(
                "A sample-step moves %,.0f kB: weight rows %,.0f (distinct %,.0f), currents %,.0f, states %,.0f, spikes %,.0f,"
                        + " learning %,.0f; %,.0f if rows come once a call.",
                bytes.total() / KILO,
                bytes.weightRows() / KILO,
                bytes.weights() / KILO,
                bytes.currents() / KILO,
                bytes.states() / KILO,
                bytes.spikes() / KILO,
                bytes.learning() / KILO,
                bytes.streamed() / KILO);
    }

    private static void peak(ThroughputResult result, List<String> lines) {
        MachinePeak peak = result.peak();
        Double additions = result.additionsOfPeak();
        Double streamed = result.streamedOfPeak();
        if (peak == null || additions == null || streamed == null) {
            return;
        }
        lines.add(Text.format(
                "This machine at most, %s: %.1f billion additions a second from the nearest cache, %.1f GB/s from and to memory.",
                Text.count(peak.threads(), "thread"),
                peak.additionsPerSecond() / BILLION,
                peak.bytesPerSecond() / BILLION));
        lines.add(Text.format(
                "Training reaches %.1f %% of those additions, and asks for %.1f %% of that bandwidth (more than 100 %% where"
                        + " caches serve).",
                PERCENT * additions, PERCENT * streamed));
    }

    private static String shares(Map<? extends Enum<?>, Double> shares) {
        List<String> parts = new ArrayList<>();
        shares.forEach((part, share) -> parts.add(Text.format("%s %.1f %%", Text.word(part), PERCENT * share)));
        return String.join(", ", parts);
    }
}
