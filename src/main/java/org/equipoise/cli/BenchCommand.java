package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.experiment.ThroughputBenchmark;
import org.equipoise.experiment.ThroughputResult;
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
                        + " image), and where the time goes. A trained network may be named, whose firing rates decide the speed, in"
                        + " place of initial parameters.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise bench --preset paper-mnist --data mnist --seconds 30",
            "  ./equipoise bench runs/paper --threads 1 --json",
            "  ./equipoise bench --preset paper-mnist --data mnist --profile flames.html",
            "  ./equipoise -Dequipoise.vectorBits=256 bench --preset paper-mnist --data mnist"
        })
final class BenchCommand extends ResultCommand {
    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = Converters.Seconds.class,
            defaultValue = "10",
            description = "How long to measure (default: ${DEFAULT-VALUE}); whole batches are measured.")
    double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            converter = Converters.Seconds.class,
            defaultValue = "5",
            description = "How long to run before that (default: ${DEFAULT-VALUE}).")
    double warmUp;

    @Option(names = "--batch", paramLabel = "N", description = "Sets training.batch.")
    @Nullable
    Integer batch;

    @Option(
            names = "--gain",
            paramLabel = "G",
            defaultValue = "1",
            description = "Multiplies all weights and biases before the start, to see other firing rates"
                    + " (default: ${DEFAULT-VALUE}).")
    double gain;

    @Option(
            names = "--no-peak",
            description =
                    "Do not measure what the machine can do at most (additions from the nearest cache, bandwidth of"
                            + " memory), which takes some seconds and 192 MiB a thread.")
    boolean noPeak;

    @Option(
            names = "--profile",
            paramLabel = "FILE.html",
            description = "Write a flame graph of what is measured; sampling slows it a little.")
    @Nullable
    Path profile;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Override
    public Integer call() {
        ModelFile file = model.fileIfNamed();
        List<String> settings = new ArrayList<>();
        NetworkOptions.set(settings, "training.batch", batch);
        Configuration configuration = network.startingFrom(file, settings);
        ThroughputBenchmark.Workload workload = new ThroughputBenchmark.Workload(
                configuration, data.open(catalogue()), file == null ? null : file.file(), gain);
        ThroughputResult result = new ThroughputBenchmark(workload, compute.machine())
                .run(new ThroughputBenchmark.Plan(warmUp, seconds, !noPeak, profile));
        print(result, BenchReport.lines(result));
        return ExitCode.DONE;
    }
}
