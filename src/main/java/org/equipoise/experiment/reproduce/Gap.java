package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.equipoise.config.Configuration;
import org.equipoise.config.Ladder;
import org.equipoise.config.Ladder.Rung;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Trains the rungs of a ladder with each seed and shows where errors part. Each rung and seed is a run of its own, which a later call
 * goes on with. All rungs are trained with one seed before the next, so that a table that is cut short has the whole ladder.
 *
 * @param scope how far, with what the ladder leaves open filled in
 * @param rungs those that are shown, in the order of the ladder
 */
record Gap(RunEnvironment environment, Ladder ladder, List<Rung> rungs, TrainingScope scope, List<Long> seeds) {
    private static final String QUICK_DATA = "digits";
    private static final int QUICK_TRAIN = 300;
    private static final int QUICK_HOLD_OUT = 200;
    private static final String FAILED = "failed: ";

    /** What the seeds of a rung came to. */
    private record RungRuns(Rung rung, List<Run> runs) {
        private Optional<SeedSample> sample(Function<Run, Double> part) {
            double[] values = runs.stream()
                    .filter(run -> run.trained() != null)
                    .mapToDouble(part::apply)
                    .toArray();
            return values.length == 0 ? Optional.empty() : Optional.of(SeedSample.of(values));
        }

        private Optional<SeedSample> trainError() {
            return sample(Run::trainError);
        }

        private Optional<SeedSample> testError() {
            return sample(Run::testError);
        }

        private @Nullable Double mean(Function<Run, Double> part) {
            return sample(part).map(SeedSample::mean).orElse(null);
        }

        private boolean trained() {
            return runs.stream().anyMatch(run -> run.trained() != null);
        }

        private String note() {
            return runs.stream().map(Run::note).distinct().collect(Collectors.joining("; "));
        }
    }

    /**
     * A training of a rung.
     *
     * @param trained what it came to, null where it did not come to its end
     */
    private record Run(Rung rung, long seed, @Nullable TrainedNetwork trained, String note, boolean complete) {
        private TrainedNetwork done() {
            return Objects.requireNonNull(trained);
        }

        private double trainError() {
            return Objects.requireNonNull(done().result().lastEpoch()).trainErrorPercent();
        }

        private double testError() {
            return Objects.requireNonNull(done().result().lastEpoch()).testErrorPercent();
        }

        private double seconds() {
            return done().result().progress().seconds();
        }

        private double steps() {
            return done().stepsPerImage();
        }

        private @Nullable Object ifTrained(Function<Run, Object> part) {
            return trained == null ? null : part.apply(this);
        }
    }

    /**
     * @param names of the rungs to show, none for all
     * @param seeds in place of the ladder's, unless there are none
     * @throws org.equipoise.error.BadInputException if there is no such rung
     */
    static Gap of(
            RunEnvironment environment, Ladder ladder, List<String> names, TrainingScope asked, List<Long> seeds) {
        List<Rung> named = names.stream().map(ladder::rung).toList();
        List<Rung> shown = ladder.rungs().stream()
                .filter(rung -> named.isEmpty() || named.contains(rung))
                .toList();
        boolean quick = asked.quick();
        TrainingScope scope = quick
                ? asked.withDefaults(QUICK_DATA, QUICK_TRAIN, null, 1).holdingOut(QUICK_HOLD_OUT)
                : asked.withDefaults(ladder.data(), null, null, ladder.epochs());
        if (!quick && ladder.holdOut() > 0) {
            scope = scope.holdingOut(ladder.holdOut());
        }
        List<Long> given = seeds.isEmpty() && asked.seed() != null ? List.of(asked.seed()) : seeds;
        List<Long> usual = quick ? ladder.seeds().subList(0, 1) : ladder.seeds();
        return new Gap(environment, ladder, shown, scope, given.isEmpty() ? usual : given);
    }

    /** {@return the table, with the rungs as far as they were trained; not complete if it was stopped} */
    ReproducedResult run() {
        // Settings that cannot be read show before anything is trained.
        rungs.forEach(rung -> ladder.configuration(rung, List.of()));
        Map<String, Run> done = new HashMap<>();
        Map<Rung, List<Run>> runs = new LinkedHashMap<>();
        for (long seed : seeds) {
            for (Rung rung : rungs) {
                runs.computeIfAbsent(rung, key -> new ArrayList<>()).add(train(rung, scope.withSeed(seed), done));
            }
        }
        List<RungRuns> rows = new ArrayList<>();
        runs.forEach((rung, ofSeeds) -> rows.add(new RungRuns(rung, ofSeeds)));
        List<Run> all = rows.stream().flatMap(row -> row.runs().stream()).toList();
        return new ReproducedResult(
                "gap",
                "From feed-forward back-propagation to spikes, a step at a time",
                training(all),
                text(rows),
                summary(rows),
                values(all),
                figure(rows),
                all.stream().allMatch(Run::complete),
                failure(all));
    }

    private Run train(Rung rung, TrainingScope asked, Map<String, Run> done) {
        long seed = Objects.requireNonNull(asked.seed());
        String key = rung.name() + " " + seed;
        Run known = done.get(key);
        if (known == null) {
            known = trainOnce(rung, asked, done);
            done.put(key, known);
        }
        return known;
    }

    private Run trainOnce(Rung rung, TrainingScope asked, Map<String, Run> done) {
        long seed = Objects.requireNonNull(asked.seed());
        ModelFile initial = null;
        if (rung.init() != null) {
            Run before = train(ladder.rung(rung.init()), asked, done);
            if (before.trained() == null) {
                return new Run(
                        rung, seed, null, "not run: '" + rung.init() + "' has no parameters yet", before.complete());
            }
            initial = before.done().model();
        }
        if (environment.stop().getAsBoolean()) {
            return new Run(rung, seed, null, "not run: stopped before", false);
        }
        TrainingScope far = rung.epochs() == null || asked.quick() ? asked : asked.withEpochs(rung.epochs());
        try {
            Configuration configuration = ladder.configuration(rung, far.settings());
            TrainedNetwork trained = environment.train(name(rung, far), configuration, far, initial);
            return trained.result().complete()
                    ? new Run(rung, seed, trained, trained.extent(), true)
                    : new Run(rung, seed, null, "stopped after " + trained.extent(), false);
        } catch (WorkFailedException | BudgetExceededException e) {
            return new Run(rung, seed, null, FAILED + e.getMessage(), true);
        }
    }

    /** Rates fall over the epochs that a run is to have, so that a longer run is another one. */
    private String name(Rung rung, TrainingScope far) {
        String data = far.dataOrDefault();
        return "gap-" + rung.name() + (data.equals(ladder.data()) ? "" : "-on-" + TrainingScope.word(data)) + "-epochs"
                + far.epochs();
    }

    private @Nullable String failure(List<Run> runs) {
        return runs.stream()
                .filter(run -> run.note().startsWith(FAILED))
                .map(run -> "gap: " + run.rung().name() + " " + run.note())
                .findFirst()
                .orElse(null);
    }

    private String training(List<Run> runs) {
        String ofSeeds = seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return (scope.quick()
                        ? "The quick version: it shows that every rung runs, and next to nothing about errors. "
                        : "")
                + "Every rung trains the network of `" + ladder.preset() + "` on " + scope.dataOrDefault()
                + " with the same initial weights and order of images, seeds " + ofSeeds
                + "; a rung has the settings of the one it changes, and its own."
                + (sameNote(runs) ? " Each was trained for " + runs.getFirst().note() + "." : "");
    }

    private static boolean sameNote(List<Run> runs) {
        return runs.stream()
                .allMatch(run -> run.trained() != null
                        && run.note().equals(runs.getFirst().note()));
    }

    private String text(List<RungRuns> rows) {
        return """
                Errors in per cent, of the last epoch: means over the seeds ± their standard deviation (of a sample: over n − 1). The training
                error is counted while weights still change, the held-out error after the epoch. Steps are updates of the whole network that
                learning from an image takes. Seconds are of training and tests, on a machine that may have done other work beside it. A rung
                is compared with the one it changes or, where that is not shown, the next one that it builds on. It parts from it (*) where
                the means differ by more than the deviation of a difference of two runs, √(σ₁² + σ₂²).

                """ + parting(rows) + settings();
    }

    private String parting(List<RungRuns> rows) {
        List<String> lines = rows.stream()
                .flatMap(row -> Optional.ofNullable(changed(row, rows)).stream()
                        .flatMap(before -> List.of(
                                parting(row, before, "training", RungRuns::trainError),
                                parting(row, before, "held-out", RungRuns::testError))
                                .stream()))
                .flatMap(Optional::stream)
                .toList();
        if (seeds.size() == 1) {
            return "One seed says nothing about where rungs part.\n";
        }
        return lines.isEmpty()
                ? "No rung parts from the one it changes.\n"
                : "Rungs that part from the one they change:\n\n" + String.join("", lines);
    }

    private static Optional<String> parting(
            RungRuns row, RungRuns before, String what, Function<RungRuns, Optional<SeedSample>> error) {
        return error.apply(row)
                .flatMap(own -> error.apply(before)
                        .filter(own::partsFrom)
                        .map(other -> Table.format(
                                "- `%s` from `%s`: %s error %+.2f (spread %.2f)\n",
                                row.rung().name(),
                                before.rung().name(),
                                what,
                                own.mean() - other.mean(),
                                own.spreadBeside(other))));
    }

    /** The row of the rung that a rung changes or, where it is not in the table, of the next one that it builds on; null for none. */
    private @Nullable RungRuns changed(RungRuns row, List<RungRuns> rows) {
        String name = row.rung().from();
        while (name != null) {
            for (RungRuns other : rows) {
                if (other.rung().name().equals(name)) {
                    return other;
                }
            }
            name = ladder.rung(name).from();
        }
        return null;
    }

    private String settings() {
        StringBuilder text = new StringBuilder("\nSettings of all rungs");
        text.append(ladder.set().isEmpty() ? " are those of the preset.\n" : ", and then what each changes:\n");
        if (!ladder.set().isEmpty()) {
            text.append('\n').append(code(ladder.set()));
        }
        for (Rung rung : rungs) {
            if (!rung.set().isEmpty()) {
                text.append("- `").append(rung.name()).append("`: ").append(code(rung.set()));
            }
        }
        return text.toString();
    }

    private static String code(List<String> settings) {
        return settings.stream().map(setting -> "`" + setting + "`").collect(Collectors.joining(", ")) + "\n";
    }

    private Table summary(List<RungRuns> rows) {
        Columns<RungRuns> columns = new Columns<RungRuns>(rows)
                .column("rung", row -> "`" + row.rung().name() + "`")
                .column(
                        "changes",
                        row -> row.rung().from() == null
                                ? null
                                : "`" + row.rung().from() + "`")
                .column("what changed", row -> row.rung().says())
                .column("training error", row -> row.trainError().orElse(null))
                .column("held-out error", row -> row.testError().orElse(null))
                .column("difference", row -> difference(row, changed(row, rows)))
                .column("steps an image", row -> row.mean(Run::steps))
                .column("seconds", row -> row.mean(Run::seconds));
        boolean said =
                sameNote(rows.stream().flatMap(row -> row.runs().stream()).toList());
        return (said ? columns : columns.column("trained", RungRuns::note)).table();
    }

    /** Of the held-out error from that of the rung that is changed. */
    private static @Nullable String difference(RungRuns row, @Nullable RungRuns before) {
        if (before == null) {
            return null;
        }
        return row.testError()
                .flatMap(own -> before.testError()
                        .map(other -> Table.format("%+.2f", own.mean() - other.mean())
                                + (own.partsFrom(other) ? " *" : "")
                                + (before.rung().name().equals(row.rung().from())
                                        ? ""
                                        : " from `" + before.rung().name() + "`")))
                .orElse(null);
    }

    private Table values(List<Run> runs) {
        return new Columns<Run>(runs)
                .column("rung", run -> run.rung().name())
                .column("changes", run -> run.rung().from())
                .column("init", run -> run.rung().init())
                .column("seed", Run::seed)
                .column("trainErrorPercent", run -> run.ifTrained(Run::trainError))
                .column("heldOutErrorPercent", run -> run.ifTrained(Run::testError))
                .column(
                        "epochs",
                        run -> run.ifTrained(
                                one -> one.done().result().progress().epoch()))
                .column("stepsPerImage", run -> run.ifTrained(Run::steps))
                .column("seconds", run -> run.ifTrained(Run::seconds))
                .column(
                        "sampleSteps",
                        run -> run.ifTrained(
                                one -> one.done().result().progress().sampleSteps()))
                .column("settings", run -> String.join(" ", run.rung().set()))
                .column("trained", Run::note)
                .table();
    }

    private static @Nullable Figure figure(List<RungRuns> rows) {
        List<RungRuns> shown = rows.stream().filter(RungRuns::trained).toList();
        return shown.isEmpty()
                ? null
                : Figure.of(BarPlot.ofMarks(
                        "Errors on the way from feed-forward back-propagation to spikes",
                        shown.stream().map(row -> row.rung().name()).toList(),
                        Axis.linear("% wrong"),
                        List.of(
                                marks("training", 0, shown, RungRuns::trainError),
                                marks("held-out", 1, shown, RungRuns::testError))));
    }

    private static Bars marks(
            String label, int colour, List<RungRuns> rows, Function<RungRuns, Optional<SeedSample>> error) {
        List<SeedSample> samples =
                rows.stream().map(row -> error.apply(row).orElseThrow()).toList();
        return new Bars(
                label,
                Colour.of(colour),
                samples.stream().map(SeedSample::mean).toList(),
                samples.stream().map(SeedSample::deviation).toList());
    }
}
