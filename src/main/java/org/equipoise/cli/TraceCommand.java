package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.experiment.Trace;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
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
            "  ./equipoise trace --model best.safetensors --input x.npy --target y.npy --out states.safetensors",
            "  ./equipoise trace --model m.safetensors --config net.yaml --input x.npy --free 60 --every 10 --out s.safetensors"
        })
final class TraceCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            required = true,
            description = "Images, .npy of shape [N, C, H, W], numbers in [0, 1].")
    Path input = Path.of("");

    @Option(names = "--target", paramLabel = "FILE", description = "Targets, .npy of shape [N, classes].")
    @Nullable
    Path target;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The safetensors file to write.")
    Path out = Path.of("");

    @Option(names = "--free", paramLabel = "T", converter = CountConverter.class, description = "Sets phases.free.")
    @Nullable
    Integer free;

    @Option(names = "--nudge", paramLabel = "K", converter = CountConverter.class, description = "Sets phases.nudge.")
    @Nullable
    Integer nudge;

    @Option(names = "--beta", paramLabel = "B", description = "Sets phases.beta.")
    @Nullable
    String beta;

    @Option(
            names = "--every",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Also write the states after every N steps, as free/step20/l1/s.")
    @Nullable
    Integer every;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    /** What was written, with the names of its JSON. */
    record Report(String out, long images, int free, int nudge, float beta, boolean gradient) {}

    TraceCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelFile file = model.file();
        Configuration configuration = network.of(file, phases());
        NpyArray images = NpyFile.read(input);
        NpyArray targets = target == null ? null : NpyFile.read(target);
        Machine machine = compute.machine(KernelSelection.ofThisJvm());
        try (Workers workers = new Workers(machine.threads())) {
            new Trace(configuration, machine.kernels(), machine.ledger(), workers, every == null ? 0 : every)
                    .run(file.file(), images, targets)
                    .writeTo(out);
        }
        report(configuration, images.shape().size(0));
        return ExitCode.DONE;
    }

    private List<String> phases() {
        List<String> settings = new ArrayList<>();
        if (free != null) {
            settings.add("phases.free=" + free);
        }
        if (nudge != null) {
            settings.add("phases.nudge=" + nudge);
        }
        if (beta != null) {
            settings.add("phases.beta=" + beta);
        }
        return settings;
    }

    private void report(Configuration configuration, long images) {
        var phases = configuration.phases();
        if (output.json) {
            session.printJson(
                    new Report(out.toString(), images, phases.free(), phases.nudge(), phases.beta(), target != null));
        } else {
            session.print(Wording.format(
                    "%s holds the states of %s after %s%s.",
                    out,
                    Wording.count(images, "image"),
                    Wording.count(phases.free(), "free step"),
                    target == null
                            ? ""
                            : Wording.format(
                                    " and %d nudged by ±%s, and their gradient", phases.nudge(), phases.beta())));
        }
    }
}
