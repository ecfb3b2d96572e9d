package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Presets;
import org.equipoise.data.Dataset;
import org.equipoise.experiment.TrainingTime;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.report.log.TensorBoardLog;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Progress;
import org.equipoise.training.RunDescription;
import org.equipoise.training.RunDirectory;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingResult;
import org.equipoise.training.TrainingRun;
import org.equipoise.training.TrainingState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
            "  ./equipoise train --preset paper-mnist --data mnist --out runs/paper --continue",
            "  ./equipoise train --config my.yaml --set phases.free=100 --max-memory 500MB --dry-run",
            "  mpirun -n 4 ./equipoise train --distributed mpi --preset paper-mnist --data mnist --out runs/paper"
        })
final class TrainCommand extends ResultCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final Path RUNS = Path.of("runs");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Mixin
    final TrainOptions options = new TrainOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Override
    public Integer call() {
        if (options.resume != null && (network.given() || options.fixedByTheRun())) {
            throw usage("--resume was given with --preset, --config, --set, --batch, --seed, --shards, --reduction,"
                    + " --exchange, --init, --out, --continue or --dry-run where the"
                    + " settings of the run were expected to stay");
        }
        if (options.goOn && options.out == null) {
            throw usage("--continue was given without --out where the folder of the run was expected");
        }
        Machine machine = compute.machine();
        if (options.distributed == null) {
            DistributedRun.warnOfOthers(program());
            return run(machine);
        }
        if (options.dryRun) {
            throw usage("--distributed was given with --dry-run where one process was expected");
        }
        return new DistributedRun(program()).run(machine, compute.threads, this::run);
    }

    private int run(Machine machine) {
        if (options.resume != null) {
            return resume(RunDirectory.at(options.resume), machine);
        }
        if (options.goOn && options.out != null && !options.dryRun) {
            RunDirectory directory = new RunDirectory(options.out);
            if (RunDescription.state(directory, machine.communicator()) == RunDirectory.State.RUN) {
                return goOn(directory, machine);
            }
        }
        return begin(machine);
    }

    private int begin(Machine machine) {
        if (options.out != null) {
            ReportFolder.requireNoFile(options.out);
        }
        ModelFile initial = options.init == null ? null : ModelFile.at(options.init);
        Configuration given = network.startingFrom(initial, options.settings());
        Configuration configuration = options.distributed == null ? given : given.sharded();
        Dataset dataset = data.open(DataSelection.all(DataSelection.DEFAULT), options.holdOut, catalogue());
        if (options.dryRun) {
            return dryRun(configuration, dataset, machine);
        }
        String label = network.label(options.init == null ? Presets.QUICK : NetworkOptions.stem(options.init));
        return train(
                configuration,
                dataset,
                machine,
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
        TrainingState.requireMemory(configuration, machine.threads(), examples, machine.ledger());
        DryRun.Estimate estimate = options.noEstimate
                ? null
                : DryRun.Estimate.of(TrainingTime.measure(configuration, dataset, machine, options.estimate));
        DryRun result = DryRun.of(configuration, examples, machine, estimate);
        print(result, result.lines());
        return ExitCode.DONE;
    }

    private int resume(RunDirectory directory, Machine machine) {
        if (RunDescription.state(directory, machine.communicator()) == RunDirectory.State.BEGUN) {
            return beginAgain(directory, machine);
        }
        RunDescription run = RunDescription.of(directory, options.settings(), machine.communicator());
        return resume(directory, run, run.configuration(), machine);
    }

    /** The settings that were asked for are those of the run, if they are asked for again. */
    private int goOn(RunDirectory directory, Machine machine) {
        RunDescription run = RunDescription.of(directory, List.of(), machine.communicator());
        Configuration asked = network.named(options.settings())
                .map(named -> options.distributed == null ? named : named.sharded())
                .orElseGet(() -> ConfigurationReader.read(
                        run.configuration().toYaml(), "the run", network.overrides(options.settings())));
        return resume(directory, run, run.agreed(asked, directory), machine);
    }

    /** A run that was ended before its first checkpoint has lost nothing but its beginning. */
    private int beginAgain(RunDirectory directory, Machine machine) {
        RunDescription run = RunDescription.ofBegun(directory, options.settings(), machine.communicator());
        Configuration configuration = run.configuration();
        DataSelection images = run.provenance().containsKey("data")
                ? DataSelection.recorded(run.provenance())
                : DataSelection.all(DataSelection.DEFAULT);
        Dataset dataset = data.open(images.movedTo(data.data), options.holdOut, catalogue());
        if (machine.communicator().rank() == 0) {
            tell("The run in " + directory.folder()
                    + " was ended before its first checkpoint; it begins again, with the"
                    + " settings in " + directory.folder().resolve("config.yaml") + " and the data '" + dataset.name()
                    + "'.");
        }
        return train(
                configuration,
                dataset,
                machine,
                directory.folder().toString(),
                () -> TrainingRun.begin(configuration, dataset, machine, directory::folder, null));
    }

    private int resume(RunDirectory directory, RunDescription run, Configuration configuration, Machine machine) {
        DataSelection images = DataSelection.recorded(run.provenance()).movedTo(data.data);
        Dataset dataset = data.open(images, options.holdOut, catalogue());
        return train(
                configuration,
                dataset,
                machine,
                directory.folder().toString(),
                () -> TrainingRun.resume(directory, configuration, dataset, machine));
    }

    private int train(
            Configuration configuration,
            Dataset dataset,
            Machine machine,
            String label,
            Supplier<TrainingRun> opening) {
        boolean first = machine.communicator().rank() == 0;
        StatusLine status = status(options.quiet || !first);
        interruption().watch(() -> status.line("Stopping after the batch under way."));
        try (TrainingReporter reporter = new TrainingReporter(status, configuration, dataset);
                TrainingRun run = opening.get()) {
            reporter.introduce(label, machine.threads(), run.folder());
            String recovery = run.recovery();
            if (recovery != null && first) {
                tell(recovery);
            }
            if (options.goOn && first && run.finished()) {
                tell("The run in " + run.folder() + " is finished.");
            }
            TrainingResult result = train(run, first, reporter);
            status.clear();
            if (first) {
                report(result);
            }
            return result.complete() ? ExitCode.DONE : ExitCode.INTERRUPTED;
        }
    }

    private TrainingResult train(TrainingRun run, boolean first, TrainingListener reporter) {
        boolean logged = first && (options.tensorBoard || TensorBoardLog.isIn(run.folder()));
        if (!logged) {
            return run.train(interruption()::requested, options.checkpointEvery, reporter);
        }
        try (TensorBoardLog log =
                new TensorBoardLog(run.folder(), run.parameters(), run.updates(), Clock.systemUTC())) {
            return run.train(interruption()::requested, options.checkpointEvery, reporter.and(log));
        }
    }

    private void report(TrainingResult result) {
        if (result.complete()) {
            TrainReport report = TrainReport.of(result, KernelSelection.ofThisJvm());
            print(report, report.lines());
            return;
        }
        Progress progress = result.progress();
        tell("Interrupted in epoch " + (progress.epoch() + 1) + " after " + progress.batch() + " of "
                + Text.count(result.batches(), "update") + "; all is saved, and '"
                + new CommandText("train", "--resume", result.folder()) + "' goes on from there.");
    }
}
