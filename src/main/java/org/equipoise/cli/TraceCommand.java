package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.experiment.Trace;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Pictures;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the states a network settles to. */
@Command(
        name = "trace",
        description = {
            "Settles a network on given images and writes every layer's states at the end of the free, +β and −β phases, and the"
                    + " gradient they give.",
            "The tensors are free/l1/s, plus/l2/q, … with s, v, phi and q of each layer (q and phi of the image, layer 0; s alone"
                    + " of networks that do not spike) and grad/layers.0.weight, … Without --target there is the free phase"
                    + " alone."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise trace best.safetensors --input x.npy --target y.npy --out states.safetensors",
            "  ./equipoise trace m.safetensors --config net.yaml --input x.npy --free 60 --every 10 --out s.safetensors"
        })
final class TraceCommand extends ResultCommand {
    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            required = true,
            description = "Images, in any file that predict reads.")
    Path input = Path.of("");

    @Option(
            names = "--target",
            paramLabel = "FILE",
            description = "Targets, .npy of shape [N, classes], finite numbers.")
    @Nullable
    Path target;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The safetensors file to write.")
    Path out = Path.of("");

    @Option(names = "--free", paramLabel = "T", description = "Sets phases.free.")
    @Nullable
    Integer free;

    @Option(names = "--nudge", paramLabel = "K", description = "Sets phases.nudge.")
    @Nullable
    Integer nudge;

    @Option(names = "--beta", paramLabel = "B", description = "Sets phases.beta.")
    @Nullable
    String beta;

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "Also write the states after every N steps, as free/step20/l1/s.")
    @Nullable
    Integer every;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    /** What was written, with the names of its JSON. */
    record Report(String out, long images, int free, int nudge, float beta, boolean gradient) {
        private String line() {
            return Text.format(
                    "%s holds the states of %s after %s%s.",
                    out,
                    Text.count(images, "image"),
                    Text.count(free, "free step"),
                    gradient ? Text.format(" and %d nudged by ±%s, and their gradient", nudge, beta) : "");
        }
    }

    @Override
    public Integer call() {
        List<String> settings = new ArrayList<>();
        NetworkOptions.set(settings, "phases.free", free);
        NetworkOptions.set(settings, "phases.nudge", nudge);
        NetworkOptions.set(settings, "phases.beta", beta);
        ModelFile file = model.file();
        Configuration configuration = network.startingFrom(file, settings);
        Pictures images = Pictures.read(input, configuration.network().input());
        NpyArray targets = target == null ? null : NpyFile.read(target);
        Machine machine = compute.machine();
        try (Workers workers = new Workers(machine.threads())) {
            new Trace(configuration, machine.kernels(), machine.ledger(), workers, every == null ? 0 : every)
                    .run(file.file(), images, targets)
                    .writeTo(out);
        }
        PhaseSettings phases = configuration.phases();
        Report report = new Report(
                out.toString(), images.count(), phases.free(), phases.nudge(), phases.beta(), targets != null);
        print(report, List.of(report.line()));
        return ExitCode.DONE;
    }
}
