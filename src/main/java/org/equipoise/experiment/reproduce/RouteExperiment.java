package org.equipoise.experiment.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.experiment.reproduce.Observations.OfVariant;
import org.equipoise.experiment.reproduce.Observations.Step;
import org.equipoise.plot.Table;
import org.equipoise.training.DataSelection;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Trains the three variants of a network, or takes given parameters for all of them, and watches the routes between their layers while
 * they settle on test images.
 *
 * @param task the network, with spikes and any pooling
 * @param model parameters for all variants in place of training, or null
 */
record RouteExperiment(TrainingTask task, @Nullable ModelFile model, int images) {
    /** More than these free steps before the nudge show nothing new. */
    private static final int MAX_FREE_STEPS = 100;

    /** {@return what was seen, nothing if training was stopped} */
    Optional<Observations> observe() {
        List<OfVariant> seen = new ArrayList<>();
        List<String> training = new ArrayList<>();
        for (NetworkVariant variant : NetworkVariant.values()) {
            Configuration configuration = variant.of(task.configuration());
            ModelFile parameters = model;
            Dataset dataset;
            if (parameters == null) {
                Optional<TrainedNetwork> trained = task.train("-" + variant.word(), configuration);
                if (trained.isEmpty()) {
                    return Optional.empty();
                }
                parameters = trained.get().model();
                dataset = trained.get().dataset();
                training.add(sentence(variant, trained.get()));
            } else {
                dataset = new DataSelection(
                                task.scope().dataOrDefault(), null, task.scope().testLimit(), null)
                        .open(task.environment().catalogue());
            }
            seen.add(new OfVariant(variant, configuration, watch(variant, configuration, parameters, dataset)));
        }
        String how = model == null
                ? "The network is '" + task.label()
                        + "' in three variants, each trained for itself, from the same initial parameters: "
                        + String.join("; ", training) + "."
                : "The network is '" + task.label() + "' in three variants, all with the parameters of "
                        + name(model.file()) + ".";
        return Optional.of(new Observations(how + watched(), seen));
    }

    private List<Step> watch(
            NetworkVariant variant, Configuration configuration, ModelFile parameters, Dataset dataset) {
        Trainer.requireFit(configuration, dataset.test());
        if (images > dataset.test().count()) {
            throw new BadInputException("--images is " + images + "; at most "
                    + dataset.test().count() + ", the test images of '" + dataset.name() + "', was expected.");
        }
        task.environment().progress().accept("Watching " + variant.title() + ".");
        int freeSteps = Math.min(MAX_FREE_STEPS, configuration.phases().free() - 1);
        return new RouteObserver(configuration, parameters, dataset.test(), images, freeSteps)
                .watch(task.environment().machines().get());
    }

    /** A file and the folder it is in, which is the name of a run. */
    private static String name(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || folder.getFileName() == null
                ? String.valueOf(file.getFileName())
                : folder.getFileName() + "/" + file.getFileName();
    }

    private static String sentence(NetworkVariant variant, TrainedNetwork trained) {
        String errors = trained.result().lastEpoch() == null
                ? ""
                : Table.format(
                        ", test error %.1f %%", trained.result().lastEpoch().testErrorPercent());
        return variant.title() + ", " + trained.extent() + errors;
    }

    private String watched() {
        PhaseSettings phases = task.configuration().phases();
        return Table.format(
                " Watched on the first %,d test images over the last %,d of %,d free steps and all %,d steps of the nudge by +β, β %s.",
                images, Math.min(MAX_FREE_STEPS, phases.free() - 1), phases.free(), phases.nudge(), phases.beta());
    }
}
