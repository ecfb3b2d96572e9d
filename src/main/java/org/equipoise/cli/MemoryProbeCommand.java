package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.experiment.Footprint;
import org.equipoise.kernel.KernelSelection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code memory} runs in a process of its own for each row. */
@Command(
        name = MemoryProbeCommand.NAME,
        hidden = true,
        description =
                "Trains on one batch of random images and prints the memory it took as JSON; without --config it does nothing"
                        + " and prints the memory of that.")
final class MemoryProbeCommand implements Callable<Integer> {
    static final String NAME = "memory-probe";

    private final Session session;

    @Option(names = "--config", paramLabel = "FILE", description = "What to train, in YAML.")
    @Nullable
    Path config;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    MemoryProbeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.printJson(
                config == null
                        ? Footprint.ofNothing()
                        : Footprint.ofOneBatch(
                                ConfigurationReader.read(config, List.of()),
                                compute.machine(KernelSelection.ofThisJvm())));
        return ExitCode.DONE;
    }
}
