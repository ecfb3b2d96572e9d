package org.equipoise.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.distributed.Communicator;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.AtomicFile;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * A training run on disk: it begins in a new folder or goes on from a checkpoint, and is saved at its start, after every epoch, now
 * and then between batches, and when it is stopped. Stopped and resumed, it ends with the same parameters as without.
 *
 * <p>Where several processes share its batches, rank 0 alone reads and writes its folder, and all ranks make the same calls. The run may
 * go on with another number of ranks.
 */
public final class TrainingRun implements AutoCloseable {
    private final RunOrigin origin;
    private final Machine machine;
    private final Trainer trainer;
    private final RunDirectory directory;
    /** Null on ranks that have no part in the folder. */
    private final @Nullable RunLock lock;

    private @Nullable String recovery;
    private @Nullable Progress saved;
    private @Nullable EpochMetrics lastEpoch;
    private long savedAt = System.nanoTime();

    private TrainingRun(
            RunOrigin origin, Machine machine, Trainer trainer, RunDirectory directory, @Nullable RunLock lock) {
        this.origin = origin;
        this.machine = machine;
        this.trainer = trainer;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Begins a run. Nothing is written before all memory has been allocated.
     *
     * @param configuration its settings
     * @param dataset what to learn from
     * @param machine what may be used
     * @param folder asked, on rank 0 alone, for a folder that is new or empty once everything else is ready
     * @param initial parameters to start from, null to draw them
     * @return the run, ready for {@link #train}
     * @throws BadInputException if data, parameters and network do not fit each other, or the folder cannot be used
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public static TrainingRun begin(
            Configuration configuration,
            Dataset dataset,
            Machine machine,
            Supplier<Path> folder,
            @Nullable ModelFile initial) {
        Provenance provenance = Provenance.of(dataset, machine.kernels(), machine.threads());
        SharedStart.requireAgreement(machine.communicator(), configuration, provenance);
        Trainer trainer = trainer(configuration, dataset, machine);
        try {
            RunOrigin origin = RunOrigin.ofNewRun(configuration, provenance);
            TrainingRun run = machine.first()
                    ? beginFolder(origin, machine, trainer, folder, initial)
                    : new TrainingRun(origin, machine, trainer, toldFolder(machine.communicator()), null);
            SharedStart.share(machine.communicator(), trainer);
            return run;
        } catch (RuntimeException | Error e) {
            trainer.state().close();
            throw e;
        }
    }

    private static RunDirectory toldFolder(Communicator communicator) {
        return new RunDirectory(Path.of(communicator.broadcast(() -> "")));
    }

    private static TrainingRun beginFolder(
            RunOrigin origin, Machine machine, Trainer trainer, Supplier<Path> folder, @Nullable ModelFile initial) {
        if (initial != null) {
            initial.read(trainer.state().parameters());
            trainer.resume(Progress.START);
        }
        RunDirectory directory = RunDirectory.empty(folder.get());
        RunLock lock = RunLock.take(directory.folder());
        TrainingRun run = new TrainingRun(origin, machine, trainer, directory, lock);
        try {
            // Another process may have been quicker and be gone again.
            RunDirectory.empty(directory.folder());
            directory.clear();
            run.makeParticles();
            // Whoever sees a file of the run sees a run that goes on.
            run.save();
            directory.describe(origin, origin.provenance().asMap());
            machine.communicator().broadcast(directory.folder()::toString);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
        return run;
    }

    /**
     * Goes on with a run from its last checkpoint, or from the one before it if something has happened to the last ({@link #recovery}).
     *
     * @param directory the run
     * @param configuration its settings, of which the number of epochs may have changed
     * @param dataset the data it has learnt from
     * @param machine what may be used
     * @return the run, ready for {@link #train}
     * @throws BadInputException if the checkpoint cannot be read or is of another network, the images are others, or more epochs
     *     are done than there shall be
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public static TrainingRun resume(
            RunDirectory directory, Configuration configuration, Dataset dataset, Machine machine) {
        Provenance provenance = Provenance.of(dataset, machine.kernels(), machine.threads());
        SharedStart.requireAgreement(machine.communicator(), configuration, provenance);
        TrainingRun run = machine.first()
                ? resumeFolder(directory, configuration, provenance, dataset, machine)
                : followFirst(directory, configuration, provenance, dataset, machine);
        try {
            SharedStart.share(machine.communicator(), run.trainer);
            run.saved = run.trainer.progress();
            run.requireEpochsLeft(run.trainer.progress().epoch());
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    /** A rank that has the state of the run from rank 0. */
    private static TrainingRun followFirst(
            RunDirectory directory,
            Configuration configuration,
            Provenance provenance,
            Dataset dataset,
            Machine machine) {
        RunOrigin origin = new RunOrigin("", configuration, provenance);
        return new TrainingRun(origin, machine, trainer(configuration, dataset, machine), directory, null);
    }

    private static TrainingRun resumeFolder(
            RunDirectory directory,
            Configuration configuration,
            Provenance provenance,
            Dataset dataset,
            Machine machine) {
        RunLock lock = RunLock.take(directory.folder());
        try {
            String damage = directory.recover();
            CheckpointHeader header = Checkpoint.header(directory.last());
            requireSameImages(directory, header.provenance(), provenance);
            RunOrigin origin = new RunOrigin(header.run(), configuration, provenance);
            Trainer trainer = trainer(configuration, dataset, machine);
            TrainingRun run = new TrainingRun(origin, machine, trainer, directory, lock);
            run.recovery = damage;
            try {
                run.goOn(header);
            } catch (RuntimeException | Error e) {
                run.close();
                throw e;
            }
            return run;
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private void goOn(CheckpointHeader header) {
        makeParticles();
        Checkpoint.resume(directory.last(), trainer);
        saved = trainer.progress();
        int done = trainer.progress().epoch();
        lastEpoch = directory.metrics(done);
        requireEpochsLeft(done);
        if (trainer.finished() && lastEpoch == null) {
            throw new BadInputException("The run in " + directory.folder() + " has done its " + done
                    + " epochs but its metrics files lack the last; unchanged files, or more epochs, were expected.");
        }
        if (!origin.configuration().equals(header.configuration())) {
            // A longer run stays longer, even if it is killed before its next checkpoint.
            save();
        }
        directory.describe(origin, header.provenance());
    }

    /** A full disk shows before training begins. */
    private void makeParticles() {
        if (trainer.state().particles() != null) {
            trainer.state().particles().makeFile(AtomicFile.unfinishedIn(directory.folder()));
        }
    }

    private void requireEpochsLeft(int done) {
        if (done > origin.configuration().training().epochs()) {
            throw new BadInputException("The run in " + directory.folder() + " has done " + done
                    + " epochs; at least as many were expected.");
        }
    }

    /** Another number of test images is the user's choice; other images under the same name are not. */
    private static void requireSameImages(RunDirectory directory, Map<String, String> recorded, Provenance provenance) {
        boolean sameTest = provenance.testSha256().equals(recorded.get("testSha256"))
                || !Integer.toString(provenance.testImages()).equals(recorded.get("testImages"));
        if (!provenance.trainSha256().equals(recorded.get("trainSha256")) || !sameTest) {
            throw new BadInputException("'" + provenance.data() + "' with " + provenance.trainImages()
                    + " training and "
                    + provenance.testImages() + " test images is not what the run in " + directory.folder()
                    + " has used; the " + recorded.get("trainImages") + " and " + recorded.get("testImages") + " of '"
                    + recorded.get("data") + "' were expected.");
        }
    }

    private static Trainer trainer(Configuration configuration, Dataset dataset, Machine machine) {
        Trainer.requireFit(configuration, dataset.test());
        TrainingState state = TrainingState.open(configuration, dataset.train(), machine);
        return new Trainer(configuration, dataset, machine, state);
    }

    /** {@return what is learnt; to be read between batches and by the thread that trains} */
    public Parameters parameters() {
        return trainer.state().parameters();
    }

    /** {@return whether all epochs are done} */
    public boolean finished() {
        return trainer.finished();
    }

    /** {@return updates done so far} */
    public long updates() {
        return (long) trainer.progress().epoch() * trainer.batches()
                + trainer.progress().batch();
    }

    /** {@return where the run is written} */
    public Path folder() {
        return directory.folder();
    }

    /** {@return what had happened to the last checkpoint of a resumed run, a sentence; null if nothing had} */
    public @Nullable String recovery() {
        return recovery;
    }

    /**
     * Trains until all epochs are done or until it is stopped, and saves the run. Involves all ranks.
     *
     * @param stop asked between batches; once true on any rank, the run is saved and this returns on all
     * @param checkpointEvery how long the run may go on between two batches without being saved
     * @param listener hears how it goes
     * @return what it came to
     * @throws DivergenceException if training diverges
     * @throws WorkFailedException if the run cannot be saved
     */
    public TrainingResult train(BooleanSupplier stop, Duration checkpointEvery, TrainingListener listener) {
        while (!trainer.finished()) {
            double bestSoFar = trainer.progress().bestErrorPercent();
            EpochMetrics metrics = trainEpoch(stop, checkpointEvery, listener);
            if (metrics == null) {
                saveBetweenBatches();
                break;
            }
            requireFinite(metrics.epoch());
            // Killed between these, a run repeats the epoch and writes the same again.
            if (machine.first()) {
                writing(() -> directory.metricsFiles().append(metrics));
                if (metrics.trainErrorPercent() < bestSoFar || !Files.exists(directory.best())) {
                    writing(() -> Checkpoint.writeBest(directory.best(), origin, trainer));
                }
                save();
            }
            lastEpoch = metrics;
        }
        long predicted =
                trainer.plans().stream().mapToLong(MemoryPlan::totalBytes).sum();
        return new TrainingResult(
                trainer.finished(),
                lastEpoch,
                trainer.progress(),
                trainer.batches(),
                predicted,
                machine.ledger().peakBytes(),
                directory.folder(),
                machine.communicator().size());
    }

    private @Nullable EpochMetrics trainEpoch(
            BooleanSupplier stop, Duration checkpointEvery, TrainingListener listener) {
        try {
            return trainer.trainEpoch(stop, listener, () -> afterBatch(checkpointEvery));
        } catch (DivergenceException e) {
            throw e.with(directory.last() + " holds the state before");
        }
    }

    private void afterBatch(Duration checkpointEvery) {
        if (System.nanoTime() - savedAt >= checkpointEvery.toNanos()) {
            saveBetweenBatches();
        }
    }

    /** Keeps a checkpoint from being replaced by one of no use. */
    private void requireFinite(int epoch) {
        ModelFile.notFinite(trainer.state().parameters()).ifPresent(problem -> {
            throw new WorkFailedException("Training diverged in epoch " + epoch + ": there is " + problem + "; "
                    + directory.last() + " holds the state before, and smaller learning.rates may help.");
        });
    }

    /** A run that has not moved is not saved again, so that the checkpoint before the last stays an earlier one. */
    private void saveBetweenBatches() {
        if (!machine.first() || trainer.progress().equals(saved)) {
            return;
        }
        requireFinite(trainer.progress().epoch() + 1);
        save();
    }

    private void save() {
        writing(() -> Checkpoint.writeLast(directory.last(), directory.previous(), origin, trainer));
        saved = trainer.progress();
        savedAt = System.nanoTime();
    }

    /** Whatever cannot be written, the checkpoint before it stays, and that is worth knowing. */
    private void writing(Runnable writer) {
        try {
            writer.run();
        } catch (BadInputException | WorkFailedException e) {
            String reason = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
            String kept = Files.isRegularFile(directory.last())
                    ? "; the run has stopped, and its last checkpoint is kept, from which --resume goes on."
                    : "; the run has stopped, and there is no checkpoint of it.";
            throw new WorkFailedException(reason + kept, e);
        }
    }

    @Override
    public void close() {
        trainer.state().close();
        if (lock != null) {
            lock.close();
        }
    }
}
