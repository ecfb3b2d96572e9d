package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
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
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Table II of the paper and the systems of the works before it: trains each preset as far as was asked for and sets what it comes to
 * beside what its source published. Each row is a run of its own that a later call goes on with.
 *
 * @param place where to work
 * @param extent how far to train
 * @param systems the rows
 */
public record Table2(Workplace place, Extent extent, List<PublishedSystem> systems) {
    private static final int QUICK_IMAGES = 200;
    private static final int QUICK_FREE = 30;
    private static final int QUICK_NUDGE = 10;
    private static final int QUICK_BATCH = 20;
    private static final int MEMORY_BATCH = 10;
    /** The paper measures over 150 steps: 100 free and twice 25 nudged, or 150 that are walked back. */
    private static final int MEMORY_STEPS = 150;

    private static final int MEMORY_NUDGE = 50;
    private static final String FAILED = "failed: ";
    private static final double MEGABYTE = 1e6;

    private static final List<String> COLUMNS = List.of(
            "system",
            "data",
            "testErrorPercent",
            "publishedTestErrorPercent",
            "trainErrorPercent",
            "publishedTrainErrorPercent",
            "epochs",
            "sourceEpochs",
            "updates",
            "seconds",
            "sampleSteps",
            "sampleStepsPerSecond",
            "predictedBytes",
            "measuredPeakBytes",
            "publishedMegabytes",
            "trained");

    /** Refuses no rows at all. */
    public Table2 {
        systems = List.copyOf(systems);
        if (systems.isEmpty()) {
            throw new BadInputException("No row was asked for; at least one of "
                    + String.join(", ", PublishedSystem.presets()) + " was expected.");
        }
    }

    /**
     * What a row came to.
     *
     * @param system what was to be trained
     * @param trained what it came to, null where it could not be trained
     * @param sourceEpochs the epochs of its source
     * @param predicted the predicted memory of a batch of 10 images over 150 steps
     * @param measured what the ledger has booked for it, null where it was not run
     * @param note how far it was trained, or why it was not
     * @param complete whether it has done what was asked for
     */
    private record Row(
            PublishedSystem system,
            @Nullable Trained trained,
            int sourceEpochs,
            long predicted,
            @Nullable Long measured,
            String note,
            boolean complete) {
        @Nullable
        EpochMetrics last() {
            return trained == null ? null : trained.result().lastEpoch();
        }

        List<@Nullable Object> values() {
            EpochMetrics last = last();
            List<@Nullable Object> values = new ArrayList<>(Arrays.<@Nullable Object>asList(
                    system.preset(),
                    trained == null ? system.data() : trained.dataset().name(),
                    last == null ? null : last.testErrorPercent(),
                    system.testPercent(),
                    last == null ? null : last.trainErrorPercent(),
                    system.trainPercent(),
                    trained == null ? 0 : trained.result().progress().epoch(),
                    sourceEpochs));
            if (trained == null) {
                values.addAll(Arrays.<@Nullable Object>asList(0L, null, null, null));
            } else {
                values.add(trained.updates());
                values.add(trained.result().progress().seconds());
                values.add(trained.result().progress().sampleSteps());
                values.add(trained.result().sampleStepsPerSecond());
            }
            values.addAll(Arrays.<@Nullable Object>asList(predicted, measured, system.memoryMegabytes(), note));
            return values;
        }
    }

    /**
     * @return the table, with the rows as far as they were trained; not complete if it was stopped
     * @throws WorkFailedException if not one of the rows could be run
     */
    public Reproduced run() {
        List<Row> rows = new ArrayList<>();
        for (PublishedSystem system : systems) {
            rows.add(row(system));
        }
        boolean complete = rows.stream().allMatch(Row::complete);
        if (complete && rows.stream().allMatch(row -> row.trained() == null)) {
            throw new WorkFailedException("No row of table2 could be run; "
                    + rows.getFirst().system().preset() + ": " + rows.getFirst().note());
        }
        List<List<@Nullable Object>> values = rows.stream().map(Row::values).toList();
        return new Reproduced(
                "table2",
                "Table II: published systems, as far as they were trained here",
                training(),
                TEXT,
                summary(rows),
                new Table(COLUMNS, values),
                figure(rows).orElse(null),
                complete,
                failure(rows));
    }

    private static final String TEXT =
            "Errors in per cent. Published errors are of the sources' whole training, and the paper's means over five runs;"
                    + " – stands where a source gives none or the text at hand has lost it. Memory is that of a training batch of 10"
                    + " images over 150 steps, in megabytes of off-heap memory as predicted and as booked; the published figures are"
                    + " PyTorch's on a GPU.\n";

    private static @Nullable String failure(List<Row> rows) {
        for (Row row : rows) {
            if (row.note().startsWith(FAILED)) {
                return row.system().preset() + " " + row.note();
            }
        }
        return null;
    }

    private String training() {
        String how = extent.quick()
                ? "The quick version: it shows that every system runs, and next to nothing about what it can reach. Phases have at most "
                        + QUICK_FREE + " free and " + QUICK_NUDGE + " nudged steps."
                : "Phases, batches and rates are those of the presets.";
        return how
                + " The last column says how far each row was trained; a row that has less than its source's epochs says"
                + " nothing about the published error.";
    }

    private Row row(PublishedSystem system) {
        Configuration source = Presets.read(system.preset(), List.of());
        int sourceEpochs = source.training().epochs();
        Configuration batch = memoryBatch(system, source);
        Machine machine = place.machines().get();
        long predicted = Trainer.plans(batch, machine.threads()).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
        Extent far = extent.quick()
                ? extent.or(system.data(), QUICK_IMAGES, QUICK_IMAGES, 1)
                : extent.or(system.data(), null, null, null);
        if (place.stop().getAsBoolean()) {
            return new Row(system, null, sourceEpochs, predicted, null, "not run: stopped before", false);
        }
        try {
            Configuration configuration = Presets.read(system.preset(), settings(source, far));
            Trained trained = place.train(name(system), configuration, far);
            Long measured = place.stop().getAsBoolean()
                    ? null
                    : Long.valueOf(Footprint.ofOneBatch(batch, machine).peakBytes());
            String note = trained.extent(sourceEpochs) + (extent.quick() ? ", in shortened phases" : "");
            return new Row(
                    system,
                    trained,
                    sourceEpochs,
                    predicted,
                    measured,
                    note,
                    trained.result().complete());
        } catch (BadInputException e) {
            if (extent.data() != null || !isAbsent(system)) {
                throw e;
            }
            // The whole sentence names a folder of this machine, which is nobody else's business.
            place.progress().accept(String.valueOf(e.getMessage()));
            String note = "not run: the data set '" + system.data() + "' is not on this machine";
            return new Row(system, null, sourceEpochs, predicted, null, note, true);
        } catch (WorkFailedException | BudgetExceededException e) {
            return new Row(system, null, sourceEpochs, predicted, null, FAILED + e.getMessage(), true);
        }
    }

    private boolean isAbsent(PublishedSystem system) {
        try {
            place.catalogue().open(system.data());
            return false;
        } catch (BadInputException e) {
            return true;
        }
    }

    private String name(PublishedSystem system) {
        String data = extent.data();
        return system.preset() + (data == null || data.equals(system.data()) ? "" : "-on-" + Extent.word(data));
    }

    private List<String> settings(Configuration source, Extent far) {
        List<String> settings = new ArrayList<>(far.settings());
        if (extent.quick()) {
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

    private static Table summary(List<Row> rows) {
        List<List<@Nullable Object>> lines = new ArrayList<>();
        for (Row row : rows) {
            EpochMetrics last = row.last();
            PublishedSystem system = row.system();
            Trained trained = row.trained();
            lines.add(Arrays.<@Nullable Object>asList(
                    "`" + system.preset() + "`",
                    last == null ? null : last.testErrorPercent(),
                    system.testPercent(),
                    last == null ? null : last.trainErrorPercent(),
                    system.trainPercent(),
                    trained == null ? null : trained.result().progress().seconds(),
                    trained == null ? null : trained.result().sampleStepsPerSecond(),
                    row.predicted() / MEGABYTE,
                    row.measured() == null ? null : row.measured() / MEGABYTE,
                    system.memoryMegabytes(),
                    row.note()));
        }
        return new Table(
                List.of(
                        "system",
                        "test error",
                        "published",
                        "training error",
                        "published",
                        "seconds",
                        "sample-steps/s",
                        "MB predicted",
                        "MB booked",
                        "MB published",
                        "trained"),
                lines);
    }

    private static Optional<Figure> figure(List<Row> rows) {
        List<Plot> panels = new ArrayList<>();
        for (Panel panel : Panel.values()) {
            List<Row> shown = rows.stream()
                    .filter(row -> row.system().panel() == panel && row.last() != null)
                    .toList();
            bars(
                            shown,
                            "Test error, " + panel.title(),
                            "%",
                            Table2::testError,
                            row -> orZero(row.system().testPercent()))
                    .ifPresent(panels::add);
        }
        List<Row> measured = rows.stream()
                .filter(row -> row.system().panel() == Panel.PAPER_MNIST && row.measured() != null)
                .toList();
        bars(
                        measured,
                        "Memory of the paper's systems, batch 10, 150 steps",
                        "MB",
                        row -> orZero(row.measured()) / MEGABYTE,
                        row -> orZero(row.system().memoryMegabytes()))
                .ifPresent(panels::add);
        return panels.isEmpty() ? Optional.empty() : Optional.of(new Figure(panels, Math.min(2, panels.size())));
    }

    private static double testError(Row row) {
        return Objects.requireNonNull(row.last()).testErrorPercent();
    }

    private static double orZero(@Nullable Number number) {
        return number == null ? 0 : number.doubleValue();
    }

    private static Optional<Plot> bars(
            List<Row> rows, String title, String unit, ToDoubleFunction<Row> ours, ToDoubleFunction<Row> published) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new BarPlot(
                title,
                "",
                rows.stream().map(row -> row.system().label()).toList(),
                Axis.fromZero(unit),
                List.of(
                        Bars.of(
                                "here",
                                Colour.of(0),
                                rows.stream().map(ours::applyAsDouble).toList()),
                        Bars.of(
                                "published, where known",
                                Colour.of(1),
                                rows.stream().map(published::applyAsDouble).toList()))));
    }
}
