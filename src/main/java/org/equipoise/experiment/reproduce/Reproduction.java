package org.equipoise.experiment.reproduce;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.error.BadInputException;
import org.equipoise.experiment.reproduce.RouteExperiment.Observations;
import org.equipoise.training.DataSelection;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/** Makes tables and figures again, each as short or as long as was asked for. What several of them need is trained and watched once. */
public final class Reproduction {
    /** The network of the figures in their whole length, and how far it is trained: 400 updates. */
    private static final String PAPER = "paper-mnist";

    private static final List<String> PAPER_SETTINGS = List.of("training.batch=25");
    private static final int PAPER_TRAIN = 10_000;
    private static final int PAPER_TEST = 1_000;

    /** The network of the depth target. */
    private static final String DEEP = "deep-fashion-mnist";

    private static final int QUICK_TRAIN = 2_000;
    private static final int QUICK_TEST = 500;
    private static final int QUICK_ALPHA_EPOCHS = 2;

    private final Workplace place;
    private final Request request;
    private @Nullable Observations observations;

    /**
     * What was asked for.
     *
     * @param extent how far to train, and on what
     * @param network the network of figures and of {@code alpha} and {@code depth}, null for that of the target
     * @param model parameters to watch in place of trained ones, or null
     * @param images how many images figures and gradients are of
     * @param systems the rows of {@code table2}
     * @param seeds the seeds that each of these rows is trained with; none for that of the extent, once
     */
    public record Request(
            Extent extent,
            @Nullable Network network,
            @Nullable ModelFile model,
            int images,
            List<PublishedSystem> systems,
            List<Long> seeds) {}

    /**
     * A network by name.
     *
     * @param label the name
     * @param configuration its settings
     */
    public record Network(String label, Configuration configuration) {}

    /** A network, and how far it is trained. */
    private record Plan(Network network, Extent extent) {}

    /**
     * @param place where to work
     * @param request what was asked for
     */
    public Reproduction(Workplace place, Request request) {
        this.place = place;
        this.request = request;
    }

    /**
     * @param presets names of rows of {@code table2}; none for all
     * @return these rows, in the order of the table
     * @throws BadInputException if there is no such row
     */
    public static List<PublishedSystem> systems(List<String> presets) {
        for (String preset : presets) {
            if (!PublishedSystem.presets().contains(preset)) {
                throw new BadInputException("There is no row '" + preset + "' in table2; "
                        + String.join(", ", PublishedSystem.presets()) + " were expected.");
            }
        }
        return PublishedSystem.ALL.stream()
                .filter(system -> presets.isEmpty() || presets.contains(system.preset()))
                .toList();
    }

    /**
     * @param target what to make
     * @return it; nothing if it was stopped before there was anything to show
     */
    public Optional<Reproduced> make(Target target) {
        return switch (target) {
            case TABLE2 -> Optional.of(new Table2(place, request.extent(), request.systems(), request.seeds()).run());
            case FIG1 -> observed().map(PoolingIndices::of);
            case FIG2 -> observed().map(RouteMagnitudes::of);
            case FIG3 -> observed().map(Quantisation::of);
            case ALPHA -> alpha();
            case DEPTH -> depth();
        };
    }

    private Optional<Observations> observed() {
        if (observations == null) {
            Plan plan = plan(request.extent().quick() ? 1 : null);
            observations = new RouteExperiment(
                            place,
                            name(plan),
                            plan.network().configuration(),
                            plan.extent(),
                            request.model(),
                            request.images())
                    .observe()
                    .orElse(null);
        }
        return Optional.ofNullable(observations);
    }

    private Optional<Reproduced> alpha() {
        Plan plan = plan(request.extent().quick() ? QUICK_ALPHA_EPOCHS : null);
        return new GainSweep(place, name(plan), plan.network().configuration(), plan.extent(), request.images()).run();
    }

    private Optional<Reproduced> depth() {
        boolean quick = request.extent().quick();
        Extent extent = request.extent()
                .or(
                        usualData(
                                request.network() == null
                                        ? DEEP
                                        : request.network().label()),
                        quick ? QUICK_TRAIN : null,
                        quick ? QUICK_TEST : null,
                        quick ? 1 : null);
        Network network = request.network() == null
                ? new Network(DEEP, Presets.read(DEEP, extent.settings()))
                : extended(request.network(), extent);
        return new DepthRun(place, name(new Plan(network, extent)), network.configuration(), extent).run();
    }

    /** The network of the figures, with as many epochs as given unless others were asked for. */
    private Plan plan(@Nullable Integer epochs) {
        boolean quick = request.extent().quick();
        Network named = request.network();
        if (named != null) {
            ModelFile model = request.model();
            String data = model == null
                    ? usualData(named.label())
                    : model.provenance().getOrDefault("data", DataSelection.DEFAULT);
            Extent extent = request.extent().or(data, quick ? QUICK_TRAIN : null, quick ? QUICK_TEST : null, epochs);
            return new Plan(extended(named, extent), extent);
        }
        if (quick) {
            Extent extent = request.extent().or(DataSelection.DEFAULT, null, null, epochs);
            return new Plan(new Network(Presets.QUICK, Presets.read(Presets.QUICK, extent.settings())), extent);
        }
        Extent extent = request.extent().or(usualData(PAPER), PAPER_TRAIN, PAPER_TEST, 1);
        List<String> settings = Stream.concat(PAPER_SETTINGS.stream(), extent.settings().stream())
                .toList();
        return new Plan(new Network(PAPER, Presets.read(PAPER, settings)), extent);
    }

    private static Network extended(Network network, Extent extent) {
        Integer epochs = extent.epochs();
        return epochs == null
                ? network
                : new Network(network.label(), network.configuration().withEpochs(epochs));
    }

    /** Runs on other data than the network's own lie in folders of their own. */
    private static String name(Plan plan) {
        String data = plan.extent().data();
        String label = plan.network().label();
        return data == null || data.equals(usualData(label)) ? label : label + "-on-" + Extent.word(data);
    }

    /** The data set that a preset is for. */
    private static String usualData(String label) {
        if (label.equals(DEEP)) {
            return "fashion-mnist";
        }
        return PublishedSystem.ALL.stream()
                .filter(system -> system.preset().equals(label))
                .map(PublishedSystem::data)
                .findFirst()
                .orElse(DataSelection.DEFAULT);
    }
}
