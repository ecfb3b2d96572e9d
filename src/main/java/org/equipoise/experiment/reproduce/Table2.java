package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.Presets;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.Footprint;
import org.equipoise.experiment.reproduce.PublishedSystem.Panel;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.Plot;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingState;
import org.jspecify.annotations.Nullable;

/**
 * Table II of the paper and the systems of the works before it: trains each preset as far as was asked for and sets what it comes to
 * beside what its source published. Each row is a run of its own for each seed, which a later call goes on with.
 *
 * @param seeds the seeds that each row is trained with; none for that of the scope or else the preset, once
 */
record Table2(RunEnvironment environment, TrainingScope scope, List<PublishedSystem> systems, List<Long> seeds) {
    private static final int QUICK_IMAGES = 200;
    private static final int QUICK_FREE = 30;
    private static final int QUICK_NUDGE = 10;
    private static final int QUICK_BATCH = 20;
    private static final int MEMORY_BATCH = 10;
    /** The paper measures over 150 steps: 100 free and twice 25 nudged, or 150 that are walked back. */
    private static final int MEMORY_STEPS = 150;

    private static final int MEMORY_NUDGE = 50;
    private static final String FAILED = "failed: ";

    /** Refuses no rows at all. */
    Table2 {
        systems = List.copyOf(systems);
        seeds = List.copyOf(seeds);
        if (systems.isEmpty()) {
            throw new BadInputException("No row was asked for; at least one of "
                    + String.join(", ", PublishedSystem.presets()) + " was expected.");
        }
    }

    /**
     * @return the table, with the rows as far as they were trained; not complete if it was stopped
     * @throws WorkFailedException if not one of the rows could be run
     */
    ReproducedResult run() {
        List<SystemRuns> rows = new ArrayList<>();
        for (PublishedSystem system : systems) {
            rows.add(train(system));
        }
        List<SystemRuns.Run> runs =
                rows.stream().flatMap(row -> row.runs().stream()).toList();
        boolean complete = runs.stream().allMatch(SystemRuns.Run::complete);
        if (complete && runs.stream().allMatch(run -> run.trained() == null)) {
            throw new WorkFailedException("No row of table2 could be run; "
                    + runs.getFirst().system().preset() + ": "
                    + runs.getFirst().note());
        }
        return new ReproducedResult(
                "table2",
                "Table II: published systems, as far as they were trained here",
                training(),
                seeds.size() > 1 ? TEXT + SEEDS : TEXT,
                SystemRuns.summary(rows),
                SystemRuns.values(runs),
                figure(rows),
                complete,
                failure(runs));
    }

    private List<TrainingScope> scopes() {
        return seeds.isEmpty()
                ? List.of(scope)
                : seeds.stream().map(scope::withSeed).toList();
    }

    private static final String TEXT =
            "Errors in per cent. Published errors are of the sources' whole training, and the paper's means over five runs;"
                    + " – stands where a source gives none or the text at hand has lost it. Memory is that of a training batch of 10"
                    + " images over 150 steps, in megabytes of off-heap memory as predicted and as booked; the published figures are"
                    + " PyTorch's on a GPU.\n";

    private static final String SEEDS =
            "\nErrors are means over the seeds, with their standard deviation (of a sample: over n − 1); seconds and speed are means"
                    + " too. The CSV file has a line for each seed.\n";

    private static @Nullable String failure(List<SystemRuns.Run> runs) {
        for (SystemRuns.Run run : runs) {
            if (run.note().startsWith(FAILED)) {
                return run.system().preset() + " " + run.note();
            }
        }
        return null;
    }

    private String training() {
        String how = scope.quick()
                ? "The quick version: it shows that every system runs, and next to nothing about what it can reach. Phases have at most "
                        + QUICK_FREE + " free and " + QUICK_NUDGE + " nudged steps."
                : "Phases, batches and rates are those of the presets.";
        return how
                + " The last column says how far each row was trained; a row that has less than its source's epochs says"
                + " nothing about the published error.";
    }

    private SystemRuns train(PublishedSystem system) {
        List<SystemRuns.Run> runs = new ArrayList<>();
        Long measured = null;
        for (TrainingScope asked : scopes()) {
            SystemRuns.Run run = train(system, asked, measured);
            runs.add(run);
            measured = run.measured();
        }
        return new SystemRuns(runs);
    }

    /** Trains with one seed. The memory of a batch does not depend on it, so that it is measured unless another seed has told it. */
    private SystemRuns.Run train(PublishedSystem system, TrainingScope asked, @Nullable Long known) {
        Configuration source = Presets.read(system.preset(), List.of());
        int sourceEpochs = source.training().epochs();
        Configuration batch = memoryBatch(system, source);
        Machine machine = environment.machines().get();
        long predicted = TrainingState.plans(batch, machine.threads(), 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
        TrainingScope far = asked.quick()
                ? asked.withDefaults(system.data(), QUICK_IMAGES, QUICK_IMAGES, 1)
                : asked.withDefaults(system.data(), null, null, null);
        long seed = far.seed() == null ? source.training().seed() : far.seed();
        if (environment.stop().getAsBoolean()) {
            return new SystemRuns.Run(
                    system, seed, null, sourceEpochs, predicted, null, "not run: stopped before", false);
        }
        try {
            Configuration configuration = Presets.read(system.preset(), settings(source, far));
            TrainedNetwork trained = environment.train(name(system), configuration, far);
            boolean stopped = environment.stop().getAsBoolean();
            Long measured = stopped ? null : known;
            if (measured == null && !stopped) {
                measured = Footprint.ofOneBatch(batch, machine).peakBytes();
            }
            String note = trained.extent(sourceEpochs) + (scope.quick() ? ", in shortened phases" : "");
            return new SystemRuns.Run(
                    system,
                    seed,
                    trained,
                    sourceEpochs,
                    predicted,
                    measured,
                    note,
                    trained.result().complete());
        } catch (BadInputException e) {
            if (scope.data() != null || !isAbsent(system)) {
                throw e;
            }
            // The whole sentence names a folder of this machine, which is nobody else's business.
            environment.progress().accept(String.valueOf(e.getMessage()));
            String note = "not run: the data set '" + system.data() + "' is not on this machine";
            return new SystemRuns.Run(system, seed, null, sourceEpochs, predicted, null, note, true);
        } catch (WorkFailedException | BudgetExceededException e) {
            return new SystemRuns.Run(system, seed, null, sourceEpochs, predicted, null, FAILED + e.getMessage(), true);
        }
    }

    private boolean isAbsent(PublishedSystem system) {
        try {
            environment.catalogue().open(system.data());
            return false;
        } catch (BadInputException e) {
            return true;
        }
    }

    private String name(PublishedSystem system) {
        String data = scope.data();
        return system.preset() + (data == null || data.equals(system.data()) ? "" : "-on-" + TrainingScope.word(data));
    }

    private List<String> settings(Configuration source, TrainingScope far) {
        List<String> settings = new ArrayList<>(far.settings());
        if (scope.quick()) {
            PhaseSettings phases = source.phases();
            settings.add("phases.free=" + Math.min(QUICK_FREE, phases.free()));
            settings.add("training.batch=" + QUICK_BATCH);
            if (!(source.learning().algorithm() instanceof Algorithm.Backpropagation)) {
                settings.add("phases.nudge=" + Math.min(QUICK_NUDGE, phases.nudge()));
            }
        }
        return settings;
    }

    private static Configuration memoryBatch(PublishedSystem system, Configuration source) {
        List<String> settings = new ArrayList<>(List.of("training.batch=" + MEMORY_BATCH, "training.particles=none"));
        if (source.learning().algorithm() instanceof Algorithm.Backpropagation) {
            settings.add("phases.free=" + MEMORY_STEPS);
        } else {
            settings.add("phases.free=" + (MEMORY_STEPS - MEMORY_NUDGE));
            settings.add("phases.nudge=" + (source.phases().branches() ? MEMORY_NUDGE / 2 : MEMORY_NUDGE));
        }
        return Presets.read(system.preset(), settings);
    }

    private static @Nullable Figure figure(List<SystemRuns> rows) {
        List<Plot> panels = new ArrayList<>();
        for (Panel panel : Panel.values()) {
            addBars(
                    panels,
                    rows.stream().filter(row -> row.system().panel() == panel && row.trained()),
                    "Test error, " + panel.title(),
                    "%",
                    row -> row.testError().orElseThrow(),
                    row -> orZero(row.system().testPercent()));
        }
        addBars(
                panels,
                rows.stream().filter(row -> row.system().panel() == Panel.PAPER_MNIST && row.measured() != null),
                "Memory of the paper's systems, batch 10, 150 steps",
                "MB",
                row -> orZero(row.measured()) / SystemRuns.MEGABYTE,
                row -> orZero(row.system().memoryMegabytes()));
        return panels.isEmpty() ? null : new Figure(panels, Math.min(2, panels.size()));
    }

    private static double orZero(@Nullable Number number) {
        return number == null ? 0 : number.doubleValue();
    }

    private static void addBars(
            List<Plot> panels,
            Stream<SystemRuns> shown,
            String title,
            String unit,
            ToDoubleFunction<SystemRuns> ours,
            ToDoubleFunction<SystemRuns> published) {
        List<SystemRuns> rows = shown.toList();
        if (!rows.isEmpty()) {
            List<String> labels = rows.stream().map(row -> row.system().label()).toList();
            List<Bars> bars = List.of(
                    Bars.of("here", Colour.of(0), rows, ours),
                    Bars.of("published, where known", Colour.of(1), rows, published));
            panels.add(new BarPlot(title, "", labels, Axis.fromZero(unit), bars));
        }
    }
}
