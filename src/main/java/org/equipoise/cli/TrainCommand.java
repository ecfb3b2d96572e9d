package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.data.Dataset;
import org.equipoise.experiment.TrainingTime;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.report.log.TensorBoardLog;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Progress;
import org.equipoise.training.RunDirectory;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingResult;
import org.equipoise.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains a network. */
@Command(
        name = "train",
        description = {
            "Trains a network. Alone it trains a small spiking convolutional network on a bundled excerpt of real images and"
                    + " ends in less than two minutes on two cores.",
            "The run's folder holds its settings, the metrics of every epoch and its checkpoints. Ctrl-C saves the run and"
                    + " ends; --resume goes on from there as if nothing had happened.",
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise train",
            "  ./equipoise train --preset paper-mnist --data mnist --epochs 20 --out runs/paper",
            "  ./equipoise train --resume runs/paper",
            "  ./equipoise train --config my.yaml --set phases.free=100 --max-memory 500MB --dry-run"
        })
final class TrainCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final Path RUNS = Path.of("runs");

    private final Session session;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final TrainOptions options = new TrainOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    @Spec
    @Nullable
    CommandSpec command;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return options.resume == null ? begin() : resume(options.resume);
    }

    private int begin() {
        ModelFile initial = options.init == null ? null : ModelFile.at(options.init);
        Configuration configuration = network.startingFrom(initial, options.settings());
        Dataset dataset = DataSelection.all(DataSelection.USUAL)
                .with(data.data, data.trainLimit, data.testLimit, options.holdOut)
                .open(session.catalogue());
        KernelSelection selection = KernelSelection.ofThisJvm();
        Machine machine = compute.machine(selection);
        if (options.dryRun) {
            return dryRun(configuration, dataset, machine);
        }
        String label = network.label(options.init == null ? Presets.QUICK : NetworkOptions.stem(options.init));
        return train(
                configuration,
                dataset,
                selection,
                label,
                () -> TrainingRun.begin(configuration, dataset, machine, () -> folder(label), initial));
    }

    private Path folder(String label) {
        return options.out == null
                ? RunDirectory.fresh(
                        RUNS, LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + "-" + label)
                : options.out;
    }

    private int dryRun(Configuration configuration, Dataset dataset, Machine machine) {
        Trainer.requireFit(configuration, dataset.train());
        Trainer.requireFit(configuration, dataset.test());
        int examples = dataset.train().count();
        Trainer.requireMemory(configuration, machine.threads(), examples, machine.ledger());
        DryRun.Estimate estimate = options.noEstimate
                ? null
                : DryRun.Estimate.of(TrainingTime.measure(configuration, dataset, machine, options.estimate));
        DryRun dryRun = DryRun.of(configuration, examples, machine, estimate);
        if (output.json) {
            session.printJson(dryRun);
        } else {
            dryRun.lines().forEach(session::print);
        }
        return ExitCode.DONE;
    }

    private int resume(Path folder) {
        refuseWithResume();
        RunDirectory directory = RunDirectory.open(folder);
        Configuration configuration = directory.configuration(options.settings());
        Dataset dataset = DataSelection.recorded(directory.provenance())
                .with(data.data, data.trainLimit, data.testLimit, options.holdOut)
                .open(session.catalogue());
        KernelSelection selection = KernelSelection.ofThisJvm();
        Machine machine = compute.machine(selection);
        return train(
                configuration,
                dataset,
                selection,
                folder.toString(),
                () -> TrainingRun.resume(directory, configuration, dataset, machine));
    }

    private void refuseWithResume() {
        boolean other = network.given()
                || options.out != null
                || options.init != null
                || options.batch != null
                || options.seed != null
                || options.dryRun;
        if (other) {
            throw UsageFailure.of(
                    Objects.requireNonNull(command),
                    "--resume was given with --preset, --config, --set, --batch, --seed, --init, --out or --dry-run where the"
                            + " settings of the run were expected to stay");
        }
    }

    private int train(
            Configuration configuration,
            Dataset dataset,
            KernelSelection selection,
            String label,
            Supplier<TrainingRun> opening) {
        StatusLine status = StatusLine.of(session.surroundings(), options.quiet);
        session.interruption().watch(() -> status.line("Stopping after the batch under way."));
        try (TrainingReporter reporter = new TrainingReporter(status, configuration, dataset);
                TrainingRun run = opening.get()) {
            reporter.introduce(label, selection, compute.threads(), run.folder());
            String recovery = run.recovery();
            if (recovery != null) {
                session.tell(recovery);
            }
            TrainingResult result = train(run, reporter);
            reporter.clear();
            return report(result, selection);
        }
    }

    private TrainingResult train(TrainingRun run, TrainingListener reporter) {
        if (!options.tensorBoard && !TensorBoardLog.isIn(run.folder())) {
            return run.train(session.interruption()::requested, options.checkpointEvery, reporter);
        }
        try (TensorBoardLog log =
                new TensorBoardLog(run.folder(), run.parameters(), run.updates(), Clock.systemUTC())) {
            return run.train(session.interruption()::requested, options.checkpointEvery, reporter.and(log));
        }
    }

    private int report(TrainingResult result, KernelSelection selection) {
        String again = Session.command("train", "--resume", result.folder());
        if (!result.complete()) {
            Progress progress = result.progress();
            session.tell("Interrupted in epoch " + (progress.epoch() + 1) + " after " + progress.batch() + " of "
                    + Wording.count(result.batches(), "update") + "; all is saved, and '" + again
                    + "' goes on from there.");
            return ExitCode.INTERRUPTED;
        }
        TrainReport report = TrainReport.of(result, selection);
        if (output.json) {
            session.printJson(report);
        } else {
            report.lines().forEach(session::print);
        }
        return ExitCode.DONE;
    }
}
