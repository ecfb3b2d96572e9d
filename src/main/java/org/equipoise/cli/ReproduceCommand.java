package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.config.Ladder;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.reproduce.PublishedSystem;
import org.equipoise.experiment.reproduce.ReproducedResult;
import org.equipoise.experiment.reproduce.Reproduction;
import org.equipoise.experiment.reproduce.Reproduction.Network;
import org.equipoise.experiment.reproduce.RunEnvironment;
import org.equipoise.experiment.reproduce.Target;
import org.equipoise.experiment.reproduce.TrainingScope;
import org.equipoise.plot.FigureFile;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the tables and figures of the paper again. */
@Command(
        name = "reproduce",
        description = {
            "Makes tables and figures of the paper again, each as CSV, Markdown and PNG, and says in each how far it was trained.",
            "table2: published systems beside what they reach here. fig1: indices of maximum pooling that do not match. fig2:"
                    + " magnitudes of what goes forward and backward. fig3: means and deviations before and after quantisation."
                    + " alpha: what the gain of upsampling does. depth: a spiking network of four convolutional layers."
                    + " gap: errors on the way from feed-forward back-propagation to spikes, a step at a time. all: each in turn.",
            "What is trained stays in runs/reproduce: the same command goes on with it, and --epochs trains it longer."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise reproduce all --quick",
            "  ./equipoise reproduce table2 --rows paper-mnist,oconnor-1fc --epochs 5",
            "  ./equipoise reproduce table2 --rows oconnor-1fc --seeds 0,1,2,3,4",
            "  ./equipoise reproduce fig1 fig2 fig3 --preset deep-fashion-mnist --train-limit 10000",
            "  ./equipoise reproduce fig2 --model runs/paper",
            "  ./equipoise reproduce gap --rungs bp,rate-0.1,spikes-short --epochs 2 --seeds 1,2,3"
        })
final class ReproduceCommand extends ResultCommand {
    /** Each target in turn. */
    private static final String ALL = "all";

    @Parameters(
            arity = "1..*",
            paramLabel = "TARGET",
            completionCandidates = Targets.class,
            description = "What to make: ${COMPLETION-CANDIDATES}.")
    List<String> targets = List.of();

    @Option(
            names = "--quick",
            description = "The short version: small networks or few images, all targets in some minutes on two cores.")
    boolean quick;

    @Option(
            names = "--rows",
            paramLabel = "PRESET",
            split = ",",
            completionCandidates = Rows.class,
            description = "Rows of table2, with commas between them (default: all; ${COMPLETION-CANDIDATES}).")
    List<String> rows = List.of();

    @Option(
            names = "--rungs",
            paramLabel = "NAME",
            split = ",",
            description = "Rungs of gap, with commas between them (default: all of the ladder).")
    List<String> rungs = List.of();

    @Option(
            names = "--ladder",
            paramLabel = "FILE",
            description = "The rungs of gap from a YAML file (default: that of docs/ladders.md).")
    @Nullable
    Path ladder;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Train for N epochs (default: table2 and depth those of the presets, gap 2, the others 1; less with --quick).")
    @Nullable
    Integer epochs;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "20",
            description = "Images that figures, and gradients of alpha, are of (default: ${DEFAULT-VALUE}).")
    int images;

    @Option(
            names = "--model",
            paramLabel = "FILE|RUN",
            description = "Watch a network with these parameters in fig1, fig2 and fig3 instead of training it.")
    @Nullable
    Path model;

    @Option(names = "--seed", paramLabel = "N", description = "Sets training.seed.")
    @Nullable
    Long seed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            description =
                    "Train each row of table2, or rung of gap, once with each of these seeds, and show means and deviations"
                            + " (commas between them; default of gap: 1,2,3).")
    List<Long> seeds = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "results/reproduce",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs/reproduce",
            description = "Folder of the runs (default: ${DEFAULT-VALUE}).")
    Path runs = Path.of("");

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            defaultValue = "5",
            description = "Save runs at least so often (default: ${DEFAULT-VALUE}).")
    Duration checkpointEvery = Duration.ofMinutes(5);

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    /** What can be made, for help and completion. */
    static final class Targets implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Arrays.stream(Target.values()).map(Target::word), Stream.of(ALL))
                    .iterator();
        }
    }

    /** The rows of {@code table2}, for help and completion. */
    static final class Rows implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PublishedSystem.presets().iterator();
        }
    }

    @Override
    public Integer call() {
        List<Target> requested = requested();
        refuseUnusedOptions(requested);
        StatusLine status = status(quiet);
        Reproduction reproduction = new Reproduction(runEnvironment(status), request());
        ReportFolder folder = new ReportFolder(out);
        folder.make();
        interruption().watch(() -> status.line("Stopping after the batch under way."));
        List<Map<String, Object>> results = new ArrayList<>();
        boolean complete = true;
        String failure = null;
        for (Target target : requested) {
            ReproducedResult made = reproduction.make(target).orElse(null);
            status.clear();
            complete = made != null && made.complete();
            if (made != null) {
                results.add(deliver(made, target, folder));
                failure = failure == null ? made.failure() : failure;
            }
            if (!complete) {
                break;
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("quick", quick);
        json.put("complete", complete);
        json.put("out", out.toString());
        json.put("results", results);
        print(json, List.of()); // each result was printed when it was made
        if (failure != null) {
            throw new WorkFailedException(failure);
        }
        if (!complete) {
            tell("Interrupted; all is saved, and the same command goes on from there.");
        }
        return complete ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }

    private List<Target> requested() {
        if (targets.contains(ALL)) {
            return List.of(Target.values());
        }
        return targets.stream().map(ReproduceCommand::target).distinct().toList();
    }

    private static Target target(String word) {
        return Arrays.stream(Target.values())
                .filter(target -> target.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new BadInputException("There is nothing called '" + word + "' to reproduce; "
                        + String.join(", ", new Targets()) + " was expected."));
    }

    private void refuseUnusedOptions(List<Target> requested) {
        if (model != null && !requested.stream().allMatch(Target::watches)) {
            throw usage("--model was given with targets that train where fig1, fig2 and fig3 alone were expected");
        }
        if (network.given() && requested.contains(Target.TABLE2)) {
            throw usage("--preset, --config or --set was given with table2 where --rows was expected");
        }
        if (network.given() && requested.contains(Target.GAP)) {
            throw usage("--preset, --config or --set was given with gap where --ladder was expected");
        }
        if ((!rungs.isEmpty() || ladder != null) && !requested.contains(Target.GAP)) {
            throw usage("--rungs or --ladder was given without gap where that target was expected");
        }
        if (!rows.isEmpty() && !requested.contains(Target.TABLE2)) {
            throw usage("--rows was given without table2 where that target was expected");
        }
        if (!seeds.isEmpty() && !requested.stream().allMatch(Target::hasSeeds)) {
            throw usage("--seeds was given where table2 alone was expected, or gap");
        }
        if (!seeds.isEmpty() && seed != null) {
            throw usage("--seeds was given with --seed where one of them was expected");
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
            throw usage("--seeds has one seed twice where different ones were expected");
        }
        if (!network.settings.isEmpty() && network.preset == null && network.config == null && model == null) {
            throw usage("--set was given without a network where --preset, --config or --model was expected with it");
        }
    }

    private RunEnvironment runEnvironment(StatusLine status) {
        return new RunEnvironment(
                compute::machine,
                catalogue(),
                runs,
                checkpointEvery,
                interruption()::requested,
                (configuration, dataset) -> new TrainingReporter(status, configuration, dataset),
                status::line);
    }

    private Reproduction.Request request() {
        TrainingScope scope = new TrainingScope(quick, data.data, data.trainLimit, data.testLimit, epochs, seed);
        List<PublishedSystem> systems = Reproduction.systems(rows);
        ModelFile file = model == null ? null : ModelFile.at(model);
        List<String> settings = seed == null ? List.of() : List.of("training.seed=" + seed);
        Network named = network.named(settings)
                .map(configuration -> new Network(network.label(""), configuration))
                .or(() -> Optional.ofNullable(file)
                        .map(given -> new Network(
                                NetworkOptions.stem(Objects.requireNonNull(model)),
                                given.configuration(network.overrides(settings)))))
                .orElse(null);
        Ladder whole = ladder == null ? Ladder.usual() : Ladder.read(ladder);
        return new Reproduction.Request(scope, named, file, images, systems, seeds, whole, rungs);
    }

    private Map<String, Object> deliver(ReproducedResult made, Target target, ReportFolder folder) {
        List<String> files = new ArrayList<>(List.of(made.name() + ".csv", made.name() + ".md"));
        folder.write(files.getFirst(), made.values().csv());
        folder.write(files.getLast(), made.page(command(target).toString()));
        if (made.figure() != null) {
            FigureFile.write(out.resolve(made.name() + ".png"), made.figure());
            files.add(made.name() + ".png");
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("target", made.name());
        json.put("complete", made.complete());
        json.put("training", made.training());
        if (target == Target.GAP) {
            files.add(made.name() + ".json");
        }
        json.put("files", files);
        json.put("rows", made.values().maps());
        if (target == Target.GAP) {
            folder.write(files.getLast(), Json.of(json) + "\n");
        }
        if (!json()) {
            print(made.title());
            print("");
            print(made.training());
            print("");
            made.summary().markdown().lines().forEach(this::print);
            print("");
            print("Written to " + out + ": " + String.join(", ", files) + ".");
        }
        return json;
    }

    private CommandText command(Target target) {
        CommandText text = quick
                ? new CommandText("reproduce", target.word(), "--quick")
                : new CommandText("reproduce", target.word());
        if (target == Target.TABLE2) {
            text.with("--rows", rows).with("--seeds", seeds);
        }
        if (target == Target.GAP) {
            text.with("--rungs", rungs).with("--ladder", ladder).with("--seeds", seeds);
        }
        text.with(network)
                .with("--model", model)
                .with("--data", data.data)
                .with("--train-limit", data.trainLimit)
                .with("--test-limit", data.testLimit)
                .with("--epochs", epochs)
                .with("--seed", seed);
        return target.watches() || target == Target.ALPHA ? text.with("--images", images) : text;
    }
}
