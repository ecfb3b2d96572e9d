package org.equipoise.experiment.reproduce;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.equipoise.config.Configuration;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.training.DataSelection;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.RunDirectory;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * Where targets find data, train networks and keep them.
 *
 * @param machines what may be used, with a new ledger for each piece of work
 * @param runs the folder of runs: what was trained once is gone on with
 * @param checkpointEvery how long a run may go on without being saved
 * @param stop asked between batches; once true, the run under way is saved
 * @param listeners who hears how training with these settings on these images goes
 */
public record RunEnvironment(
        Supplier<Machine> machines,
        Catalogue catalogue,
        Path runs,
        Duration checkpointEvery,
        BooleanSupplier stop,
        BiFunction<Configuration, Dataset, TrainingListener> listeners,
        Consumer<String> progress) {
    /**
     * Trains a network, or goes on with the run that an earlier call has left, until it has done its epochs or is stopped.
     *
     * @param name of the run and, with what tells scopes apart, its folder
     * @param configuration its settings, of which a run that exists may have done more epochs
     * @throws BadInputException if the data are not there, or the folder holds another run
     * @throws org.equipoise.training.DivergenceException if training diverges
     */
    TrainedNetwork train(String name, Configuration configuration, TrainingScope scope) {
        return train(name, configuration, scope, null);
    }

    /**
     * The same from given parameters.
     *
     * @param initial parameters that a new run starts from, null to draw them
     */
    TrainedNetwork train(String name, Configuration configuration, TrainingScope scope, @Nullable ModelFile initial) {
        Dataset all = new DataSelection(scope.dataOrDefault(), null, null, scope.holdOut()).open(catalogue);
        Dataset dataset = limited(all, scope);
        Path folder = runs.resolve(name + scope.suffix());
        progress.accept("Training " + name + " in " + folder + ".");
        boolean exists = holdsRun(folder);
        Configuration settings = exists ? resumed(folder, configuration) : configuration;
        try (TrainingRun run = exists
                ? TrainingRun.resume(RunDirectory.open(folder), settings, dataset, machines.get())
                : TrainingRun.begin(settings, dataset, machines.get(), () -> folder, initial)) {
            String recovery = run.recovery();
            if (recovery != null) {
                progress.accept(recovery);
            }
            return new TrainedNetwork(
                    settings,
                    dataset,
                    all.train().count(),
                    all.test().count(),
                    run.train(stop, checkpointEvery, listeners.apply(settings, dataset)));
        }
    }

    private static Dataset limited(Dataset all, TrainingScope scope) {
        Dataset dataset = all;
        if (scope.trainLimit() != null) {
            dataset = dataset.limitTrain(scope.trainLimit());
        }
        return scope.testLimit() == null ? dataset : dataset.limitTest(scope.testLimit());
    }

    private static boolean holdsRun(Path folder) {
        RunDirectory run = new RunDirectory(folder);
        return Files.isRegularFile(run.last()) || Files.isRegularFile(run.previous());
    }

    /** The settings of a run that goes on: those asked for, with as many epochs as it has done if these are more. */
    private static Configuration resumed(Path folder, Configuration asked) {
        RunDirectory run = RunDirectory.open(folder);
        int epochs = asked.training().epochs();
        if (!run.configuration(List.of()).withEpochs(epochs).equals(asked)) {
            throw new BadInputException(
                    "The run in " + folder
                            + " has other settings than were asked for; the same settings, or another folder for runs, was expected.");
        }
        int done = run.metrics().stream().mapToInt(EpochMetrics::epoch).max().orElse(0);
        return asked.withEpochs(Math.max(epochs, done));
    }
}
