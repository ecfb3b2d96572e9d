package org.equipoise.experiment.reproduce;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.Ladder;
import org.equipoise.config.Presets;
import org.equipoise.error.BadInputException;
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

    private final RunEnvironment environment;
    private final Request request;
    private @Nullable Observations observations;

    /**
     * What was asked for.
     *
     * @param network the network of figures and of {@code alpha} and {@code depth}, null for that of the target
     * @param model parameters to watch in place of trained ones, or null
     * @param images how many images figures and gradients are of
     * @param systems the rows of {@code table2}
     * @param seeds the seeds that each of these rows, and each rung of {@code gap}, is trained with; none for that of the scope, once,
     *     or those of the ladder
     * @param ladder that of {@code gap}
     * @param rungs names of its rungs; none for all
     */
    public record Request(
            TrainingScope scope,
            @Nullable Network network,
            @Nullable ModelFile model,
            int images,
            List<PublishedSystem> systems,
            List<Long> seeds,
            Ladder ladder,
            List<String> rungs) {}

    /** A network by name. */
    public record Network(String label, Configuration configuration) {}

    public Reproduction(RunEnvironment environment, Request request) {
        this.environment = environment;
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

    /** {@return what the target is; nothing if it was stopped before there was anything to show} */
    public Optional<ReproducedResult> make(Target target) {
        return switch (target) {
            case TABLE2 ->
                Optional.of(new Table2(environment, request.scope(), request.systems(), request.seeds()).run());
            case FIG1 -> observed().map(PoolingIndices::of);
            case FIG2 -> observed().map(RouteMagnitudes::of);
            case FIG3 -> observed().map(Quantisation::of);
            case ALPHA -> new GainSweep(task(QUICK_ALPHA_EPOCHS), request.images()).run();
            case DEPTH -> DepthRun.run(depth());
            case GAP ->
                Optional.of(Gap.of(environment, request.ladder(), request.rungs(), request.scope(), request.seeds())
                        .run());
        };
    }

    private Optional<Observations> observed() {
        if (observations == null) {
            observations = new RouteExperiment(task(1), request.model(), request.images())
                    .observe()
                    .orElse(null);
        }
        return Optional.ofNullable(observations);
    }

    private TrainingTask depth() {
        Network named = request.network();
        TrainingScope scope = scope(usualData(named == null ? DEEP : named.label()), quick(1));
        return task(
                named == null ? new Network(DEEP, Presets.read(DEEP, scope.settings())) : extended(named, scope),
                scope);
    }

    /** The network of the figures; its quick version with as many epochs as given unless others were asked for. */
    private TrainingTask task(int quickEpochs) {
        Network named = request.network();
        if (named != null) {
            ModelFile model = request.model();
            String data = model == null
                    ? usualData(named.label())
                    : model.provenance().getOrDefault("data", DataSelection.DEFAULT);
            TrainingScope scope = scope(data, quick(quickEpochs));
            return task(extended(named, scope), scope);
        }
        if (request.scope().quick()) {
            TrainingScope scope = request.scope().withDefaults(DataSelection.DEFAULT, null, null, quickEpochs);
            return task(new Network(Presets.QUICK, Presets.read(Presets.QUICK, scope.settings())), scope);
        }
        TrainingScope scope = request.scope().withDefaults(usualData(PAPER), PAPER_TRAIN, PAPER_TEST, 1);
        List<String> settings = Stream.concat(PAPER_SETTINGS.stream(), scope.settings().stream())
                .toList();
        return task(new Network(PAPER, Presets.read(PAPER, settings)), scope);
    }

    private TrainingScope scope(String data, @Nullable Integer epochs) {
        return request.scope().withDefaults(data, quick(QUICK_TRAIN), quick(QUICK_TEST), epochs);
    }

    private @Nullable Integer quick(int limit) {
        return request.scope().quick() ? Integer.valueOf(limit) : null;
    }

    /** Runs on other data than the network's own lie in folders of their own. */
    private TrainingTask task(Network network, TrainingScope scope) {
        String data = scope.dataOrDefault();
        String label = network.label();
        return new TrainingTask(
                environment,
                data.equals(usualData(label)) ? label : label + "-on-" + TrainingScope.word(data),
                network.configuration(),
                scope);
    }

    private static Network extended(Network network, TrainingScope scope) {
        Integer epochs = scope.epochs();
        return epochs == null
                ? network
                : new Network(network.label(), network.configuration().withEpochs(epochs));
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
