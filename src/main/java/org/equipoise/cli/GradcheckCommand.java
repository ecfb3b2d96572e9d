package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.gradcheck.GradcheckReport;
import org.equipoise.experiment.gradcheck.GradcheckResult;
import org.equipoise.experiment.gradcheck.GradientCheck;
import org.equipoise.plot.FigureFile;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the gradients of Equilibrium Propagation against those of back-propagation through time. */
@Command(
        name = "gradcheck",
        description = {
            "Compares the gradients that Equilibrium Propagation finds with those of back-propagation through time: step by step in"
                    + " the network without spikes, where they are equal if β is small and the network at rest, and as a whole in the"
                    + " spiking network, with average and with maximum pooling.",
            "Checks the parameters of a trained network, or initial ones. Without a network it takes that of the preset quick, with a softmax readout and phases long enough to settle.",
            "Ends with exit code 1 if they differ by more than the tolerance in the network without spikes. Writes gradcheck.csv,"
                    + " gradcheck.json, gradcheck.md, gradcheck.png and, of a spiking network, gradcheck-spiking.png."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise gradcheck",
            "  ./equipoise gradcheck --preset paper-mnist-crnn --data mnist --images 10",
            "  ./equipoise gradcheck runs/paper --images 50 --out paper-gradcheck --json"
        })
final class GradcheckCommand extends ResultCommand {
    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "20",
            description = "The first N training images of a run with this seed (default: ${DEFAULT-VALUE}).")
    int images;

    @Option(
            names = "--beta",
            paramLabel = "B",
            defaultValue = "0.005",
            description =
                    "The nudging factor of the network without spikes (default: ${DEFAULT-VALUE}). Larger ones move neurons"
                            + " over the kinks of their activation, and tiny ones get lost in the rounding of float32. The spiking network"
                            + " takes phases.beta.")
    float beta;

    @Option(names = "--free", paramLabel = "T", description = "Sets phases.free.")
    @Nullable
    Integer free;

    @Option(names = "--nudge", paramLabel = "K", description = "Sets phases.nudge.")
    @Nullable
    Integer nudge;

    @Option(
            names = "--tolerance",
            paramLabel = "E",
            defaultValue = "0.001",
            description =
                    "The cosine may be so far below 1, and the lengths may differ by as much as an error across the gradient may"
                            + " then be long, √(2E), in the weights and in the biases of every layer (default: ${DEFAULT-VALUE}).")
    double tolerance;

    @Option(names = "--seed", paramLabel = "N", description = "Sets training.seed.")
    @Nullable
    Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "results/gradcheck",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Override
    public Integer call() {
        ModelFile file = model.fileIfNamed();
        Configuration configuration = file == null && network.preset == null && network.config == null
                ? Presets.read(Presets.QUICK, atRest())
                : network.startingFrom(file, settings());
        GradientCheck check = new GradientCheck(
                new GradientCheck.Task(configuration, data.open(catalogue()), file, images, beta, tolerance),
                compute.machine());
        ReportFolder folder = new ReportFolder(out);
        folder.make();
        GradcheckResult result = check.run(status(quiet)::line);
        List<String> lines =
                new ArrayList<>(GradcheckReport.markdown(result).lines().toList());
        lines.add("");
        lines.add("Written to " + out + ": " + String.join(", ", writeAll(result, folder)) + ".");
        print(result, lines);
        result.failure().ifPresent(sentence -> {
            throw new WorkFailedException(sentence);
        });
        return ExitCode.DONE;
    }

    /** Settings with which the quick preset comes to rest, and no output is clipped. */
    private List<String> atRest() {
        List<String> settings = new ArrayList<>(List.of(
                "phases.free=200", "phases.nudge=50", "learning.loss=cross-entropy", "learning.readout=softmax"));
        settings.addAll(network.overrides(settings()));
        return settings;
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>();
        NetworkOptions.set(settings, "phases.free", free);
        NetworkOptions.set(settings, "phases.nudge", nudge);
        NetworkOptions.set(settings, "training.seed", seed);
        return settings;
    }

    private List<String> writeAll(GradcheckResult result, ReportFolder folder) {
        Path path = model.path();
        String label = network.label(path == null ? Presets.QUICK : NetworkOptions.stem(path));
        List<String> written =
                new ArrayList<>(List.of("gradcheck.csv", "gradcheck.json", "gradcheck.md", "gradcheck.png"));
        folder.write("gradcheck.csv", GradcheckReport.csv(result));
        folder.write("gradcheck.json", Json.of(result) + "\n");
        FigureFile.write(out.resolve("gradcheck.png"), GradcheckReport.curves(result, label));
        if (!result.spiking().isEmpty()) {
            FigureFile.write(out.resolve("gradcheck-spiking.png"), GradcheckReport.pooling(result, label));
            written.add("gradcheck-spiking.png");
        }
        folder.write(
                "gradcheck.md", GradcheckReport.page(result, label, command().toString()));
        return written;
    }

    private CommandText command() {
        return new CommandText("gradcheck")
                .with(network)
                .with(ModelOption.NAME, model.path())
                .with("--data", data.data)
                .with("--train-limit", data.trainLimit)
                .with("--free", free)
                .with("--nudge", nudge)
                .with("--seed", seed)
                .with("--images", images)
                .with("--beta", beta)
                .with("--tolerance", tolerance);
    }
}
