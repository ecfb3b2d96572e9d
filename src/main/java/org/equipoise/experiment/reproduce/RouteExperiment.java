package org.equipoise.experiment.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.training.DataSelection;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Trains the three variants of a network, or takes given parameters for all of them, and watches the routes between their layers while
 * they settle on test images.
 *
 * @param place where to work
 * @param label what the network is called
 * @param spiking the network, with spikes and any pooling
 * @param extent how far to train, and on what
 * @param model parameters for all variants in place of training, or null
 * @param images how many test images to watch
 */
public record RouteExperiment(
        Workplace place,
        String label,
        Configuration spiking,
        Extent extent,
        @Nullable ModelFile model,
        int images) {
    /** More than these free steps before the nudge show nothing new. */
    private static final int MAX_FREE_STEPS = 100;

    /**
     * What was seen of a variant.
     *
     * @param variant which
     * @param configuration its settings
     * @param steps what was seen, step by step
     */
    record Seen(Variant variant, Configuration configuration, List<StepObservation> steps) {}

    /**
     * What was seen of all variants.
     *
     * @param training how far they were trained, in sentences
     * @param variants one after the other
     */
    record Observations(String training, List<Seen> variants) {}

    /** {@return what was seen, nothing if training was stopped} */
    Optional<Observations> observe() {
        List<Seen> seen = new ArrayList<>();
        Map<Variant, String> training = new EnumMap<>(Variant.class);
        for (Variant variant : Variant.values()) {
            Configuration configuration = variant.of(spiking);
            ModelFile parameters = model;
            Dataset dataset;
            if (parameters == null) {
                Trained trained = place.train(label + "-" + variant.word(), configuration, extent);
                if (!trained.result().complete()) {
                    return Optional.empty();
                }
                parameters = trained.model();
                dataset = trained.dataset();
                training.put(variant, sentence(variant, trained));
            } else {
                dataset = new DataSelection(
                                extent.data() == null ? DataSelection.DEFAULT : extent.data(),
                                null,
                                extent.testLimit(),
                                null)
                        .open(place.catalogue());
            }
            Trainer.requireFit(configuration, dataset.test());
            if (images > dataset.test().count()) {
                throw new BadInputException("--images is " + images + "; at most "
                        + dataset.test().count() + ", the test images of '" + dataset.name() + "', was expected.");
            }
            place.progress().accept("Watching " + variant.title() + ".");
            int freeSteps = Math.min(MAX_FREE_STEPS, configuration.phases().free() - 1);
            seen.add(new Seen(
                    variant,
                    configuration,
                    new RouteObserver(configuration, parameters, dataset.test(), images, freeSteps)
                            .watch(place.machines().get())));
        }
        String how = model == null
                ? "The network is '" + label
                        + "' in three variants, each trained for itself, from the same initial parameters: "
                        + String.join("; ", training.values()) + "."
                : "The network is '" + label + "' in three variants, all with the parameters of " + name(model.file())
                        + ".";
        return Optional.of(new Observations(how + watched(), seen));
    }

    /** A file and the folder it is in, which is the name of a run. */
    private static String name(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || folder.getFileName() == null
                ? String.valueOf(file.getFileName())
                : folder.getFileName() + "/" + file.getFileName();
    }

    private static String sentence(Variant variant, Trained trained) {
        String errors = trained.result().lastEpoch() == null
                ? ""
                : Trained.format(
                        ", test error %.1f %%", trained.result().lastEpoch().testErrorPercent());
        return variant.title() + ", " + trained.extent() + errors;
    }

    private String watched() {
        int free = spiking.phases().free();
        return Trained.format(
                " Watched on the first %,d test images over the last %,d of %,d free steps and all %,d steps of the nudge by +β, β %s.",
                images,
                Math.min(MAX_FREE_STEPS, free - 1),
                free,
                spiking.phases().nudge(),
                spiking.phases().beta());
    }
}
