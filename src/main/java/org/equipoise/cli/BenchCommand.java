package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.experiment.ThroughputBenchmark;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.MemorySize;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast training is. */
@Command(
        name = "bench",
        description =
                "Measures how fast a network trains on real images: sample-steps a second (updates of the whole network for one"
                        + " image), and where the time goes.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise bench --preset paper-mnist --data mnist --seconds 30",
            "  ./equipoise bench --model runs/paper --threads 1 --json"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int PERCENT = 100;

    private final Session session;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = SecondsConverter.class,
            defaultValue = "10",
            description = "How long to measure (default: ${DEFAULT-VALUE}); whole batches are measured.")
    double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            converter = SecondsConverter.class,
            defaultValue = "5",
            description = "How long to run before that (default: ${DEFAULT-VALUE}).")
    double warmUp;

    @Option(names = "--batch", paramLabel = "N", converter = CountConverter.class, description = "Sets training.batch.")
    @Nullable
    Integer batch;

    @Option(
            names = "--model",
            paramLabel = "FILE|RUN",
            description = "Start from these parameters, whose firing rates decide the speed, instead of initial ones.")
    @Nullable
    Path model;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelFile file = model == null ? null : ModelFile.at(model);
        List<String> settings = batch == null ? List.of() : List.of("training.batch=" + batch);
        Configuration configuration = network.startingFrom(file, settings);
        Dataset dataset = new DataSelection(DataSelection.USUAL, null, null)
                .with(data.data, data.trainLimit, data.testLimit)
                .open(session.catalogue());
        KernelSelection selection = KernelSelection.ofThisJvm();
        Machine machine = compute.machine(selection);
        ThroughputBenchmark.Result result = new ThroughputBenchmark(
                        configuration,
                        dataset,
                        machine.kernels(),
                        machine.threads(),
                        machine.ledger(),
                        file == null ? null : file.file())
                .run(warmUp, seconds);
        if (output.json) {
            session.printJson(result);
        } else {
            lines(result, selection).forEach(session::print);
        }
        return ExitCode.DONE;
    }

    private static List<String> lines(ThroughputBenchmark.Result result, KernelSelection selection) {
        List<String> lines = new ArrayList<>();
        lines.add(Wording.format(
                "%,.0f sample-steps a second (median batch %,.0f): %s of %s in %.1f s.",
                result.sampleStepsPerSecond(),
                result.medianSampleStepsPerSecond(),
                Wording.count(result.batches(), "update"),
                Wording.count(result.batch(), "image"),
                result.seconds()));
        lines.add(Wording.format(
                "%s, %s; %s off-heap at most.",
                Wording.count(result.threads(), "thread"),
                InfoCommand.kernels(selection),
                MemorySize.format(result.peakOffHeapBytes())));
        if (!result.firingRates().isEmpty()) {
            lines.add("Firing rates " + Wording.rates(result.firingRates()) + ".");
        }
        lines.add(Wording.format(
                "%,.0f additions in a sample-step, %,.0f million a second and thread.",
                result.additionsPerSampleStep(), result.additionsPerSecond() / 1e6));
        lines.add("Phases: " + shares(result.phaseShares()) + ".");
        lines.add("Kernels: " + shares(result.kernelShares()) + ".");
        return lines;
    }

    private static String shares(Map<? extends Enum<?>, Double> shares) {
        List<String> parts = new ArrayList<>();
        shares.forEach((part, share) -> parts.add(Wording.format("%s %.1f %%", Wording.word(part), PERCENT * share)));
        return String.join(", ", parts);
    }
}
