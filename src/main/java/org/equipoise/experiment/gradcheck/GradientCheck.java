package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.data.ImageSet;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.BackpropagationThroughTime;
import org.equipoise.learning.EquilibriumPropagation;
import org.equipoise.learning.Gradients;
import org.equipoise.learning.SteppedNudge;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Provenance;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the gradient that Equilibrium Propagation finds against that of back-propagation through time, both by the engine's own code.
 *
 * <p>In the rate network, settled by the free phase, step t of the nudge should change the estimate by what back-propagation brings in
 * the t-th step before the last, if β is small, the network at rest and its dynamics those of an energy (Ernoult et al. 2019; symmetric
 * nudges: Laborieux et al. 2021). Back-propagation walks through as many steps as a nudge phase has, which follow the free phase.
 *
 * <p>In a spiking network there is no such equality by step. The whole gradient that its nudge phases give is held against that of
 * back-propagation in the rate network of the same weights, once with average and once with maximum pooling.
 */
public final class GradientCheck {
    private static final long CURVE_STREAM = 1L << 43;

    private final Task task;
    private final Machine machine;
    private final ComparedNetworks requested;

    /**
     * What is checked.
     *
     * @param dataset where the images come from: the first training images of a run with this seed
     * @param beta nudging factor β of the rate network; the spiking one has that of the configuration
     * @param tolerance as {@link Agreement#within} takes it, for the rate network
     */
    public record Task(
            Configuration configuration,
            Dataset dataset,
            @Nullable ModelFile model,
            int images,
            float beta,
            double tolerance) {
        /** Refuses images of another size, more of them than there are, no nudge, and tolerances that nothing or everything meets. */
        public Task {
            Trainer.requireFit(configuration, dataset.train());
            int most = dataset.train().count();
            if (images < 1 || images > most) {
                throw new BadInputException("The gradients of " + images + " images of '" + dataset.name()
                        + "' were asked for; between 1 and " + most + " was expected.");
            }
            if (!(beta > 0 && beta <= 100)) {
                throw new BadInputException("The nudging factor of the rate network is " + beta
                        + "; a number above 0 and up to 100 was expected.");
            }
            if (!(tolerance > 0 && tolerance < 1)) {
                throw new BadInputException(
                        "The tolerance is " + tolerance + "; a number between 0 and 1 was expected.");
            }
        }
    }

    public GradientCheck(Task task, Machine machine) {
        this.task = task;
        this.machine = machine;
        this.requested = ComparedNetworks.of(task.configuration(), task.images());
    }

    /** {@return the off-heap memory of each stage; one stage is over before the next begins} */
    public static List<List<MemoryPlan>> stages(Task task, int threads) {
        ComparedNetworks requested = ComparedNetworks.of(task.configuration(), task.images());
        Configuration nudged = requested.nudgedRate(task.beta());
        Workers workers = new Workers(threads);
        List<List<MemoryPlan>> stages = new ArrayList<>();
        stages.add(count(nudged, (memory, parameters) -> {
            var _ = bptt(memory, requested.walkedRate(), parameters, Kernels.scalar(), workers);
            return new SteppedNudge(memory, nudged, parameters, Kernels.scalar(), workers);
        }));
        for (ComparedNetworks pooled : requested.spiking()) {
            stages.addAll(stages(pooled, threads));
        }
        return stages;
    }

    private static List<List<MemoryPlan>> stages(ComparedNetworks pooled, int threads) {
        Configuration walked = pooled.walkedRate();
        Configuration nudged = pooled.nudged();
        Workers workers = new Workers(threads);
        return List.of(
                count(nudged, (memory, parameters) -> bptt(memory, walked, parameters, Kernels.scalar(), workers)),
                count(
                        nudged,
                        (memory, parameters) ->
                                new EquilibriumPropagation(memory, nudged, parameters, Kernels.scalar(), workers)));
    }

    /** The memory of a network's parameters and of what is made for them. */
    private static List<MemoryPlan> count(
            Configuration configuration, BiFunction<MemoryScope, Parameters, ?> constructor) {
        return MemoryScope.count(memory -> constructor.apply(memory, Parameters.in(memory, configuration)));
    }

    private static Backpropagation backpropagation(Configuration walked) {
        if (walked.learning().algorithm() instanceof Backpropagation settings) {
            return settings;
        }
        throw new IllegalStateException("The network to be walked back does not learn by back-propagation");
    }

    /**
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public GradcheckResult run(Consumer<String> progress) {
        long predicted = 0;
        for (List<MemoryPlan> stage : stages(task, machine.threads())) {
            machine.ledger().require(stage);
            predicted = Math.max(
                    predicted, stage.stream().mapToLong(MemoryPlan::totalBytes).sum());
        }
        try (Workers workers = new Workers(machine.threads())) {
            Stepwise stepwise = compareSteps(workers, progress);
            List<GradcheckResult.PoolingAgreement> spiking = new ArrayList<>();
            for (ComparedNetworks pooled : requested.spiking()) {
                spiking.add(new GradcheckResult.PoolingAgreement(
                        pooled.pooling(), compareWhole(pooled, workers, progress)));
            }
            return result(stepwise, spiking, predicted);
        }
    }

    private GradcheckResult result(Stepwise stepwise, List<GradcheckResult.PoolingAgreement> spiking, long predicted) {
        PhaseSettings phases = task.configuration().phases();
        return new GradcheckResult(
                stepwise.layers().stream().allMatch(layer -> layer.within(task.tolerance())),
                task.tolerance(),
                task.images(),
                phases.free(),
                phases.nudge(),
                task.beta(),
                phases.beta(),
                stepwise.movement(),
                stepwise.layers(),
                spiking,
                stepwise.curves(),
                predicted,
                machine.ledger().peakBytes(),
                Provenance.of(task.dataset(), machine.kernels(), machine.threads())
                        .asMap());
    }

    /**
     * Compares only the whole gradient that the nudge phases give in the network as it was asked for, with its own pooling and gain, with
     * that of back-propagation in its rate network.
     *
     * @return the agreement of each layer, as if all steps were one
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public List<LayerAgreement> compareWhole() {
        stages(requested, machine.threads()).forEach(machine.ledger()::require);
        try (Workers workers = new Workers(machine.threads())) {
            return compareWhole(requested, workers, progress -> {});
        }
    }

    private record Stepwise(double movement, List<LayerAgreement> layers, List<LayerCurves> curves) {}

    private Stepwise compareSteps(Workers workers, Consumer<String> progress) {
        Configuration walked = requested.walkedRate();
        Topology topology = Topology.of(walked.network());
        List<LayerComparison> layers = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            CounterRandom random = new CounterRandom(walked.training().seed(), CURVE_STREAM + l);
            layers.add(new LayerComparison(l, name(l), topology.connections().get(l), random));
        }
        Configuration nudged = requested.nudgedRate(task.beta());
        try (Parameters parameters = Parameters.open(nudged, machine.ledger())) {
            start(parameters, workers);
            progress.accept("Rate network, step by step.");
            try (BackpropagationThroughTime bptt = bptt(walked, parameters, workers);
                    SteppedNudge ep = ep(nudged, parameters, workers)) {
                fill(bptt.image(), bptt.target());
                fill(ep.image(), ep.target());
                ep.settle();
                double movement = ep.movement();
                bptt.differentiateSteps(task.images(), back -> {
                    ep.nudge(1);
                    Gradients contrast = ep.contrast();
                    for (int l = 0; l < layers.size(); l++) {
                        Connection connection = topology.connections().get(l);
                        layers.get(l)
                                .add(
                                        LayerComparison.Gradient.of(contrast, connection, l, ep.scale()),
                                        LayerComparison.Gradient.of(bptt.gradients(), connection, l, bpttScale()));
                    }
                });
                return new Stepwise(
                        movement,
                        layers.stream().map(LayerComparison::agreement).toList(),
                        layers.stream().map(LayerComparison::curves).toList());
            }
        }
    }

    private List<LayerAgreement> compareWhole(ComparedNetworks pooled, Workers workers, Consumer<String> progress) {
        Configuration walked = pooled.walkedRate();
        Configuration nudged = pooled.nudged();
        Topology topology = Topology.of(walked.network());
        try (Parameters parameters = Parameters.open(nudged, machine.ledger())) {
            start(parameters, workers);
            progress.accept("Spiking network, pooling " + pooled.pooling() + ".");
            List<LayerComparison.Gradient> exact;
            try (BackpropagationThroughTime bptt = bptt(walked, parameters, workers)) {
                fill(bptt.image(), bptt.target());
                bptt.differentiate(task.images());
                exact = gradients(bptt.gradients(), topology, bpttScale());
            }
            List<LayerComparison.Gradient> estimate;
            PhaseSettings phases = nudged.phases();
            try (EquilibriumPropagation ep = machine.ledger()
                    .open(memory ->
                            new EquilibriumPropagation(memory, nudged, parameters, machine.kernels(), workers))) {
                fill(ep.image(), ep.target());
                double scale = EquilibriumPropagation.scale(phases.scheme(), phases.beta(), task.images());
                estimate = gradients(ep.contrast(task.images()), topology, scale);
            }
            List<LayerAgreement> layers = new ArrayList<>();
            for (int l = 0; l < exact.size(); l++) {
                layers.add(LayerAgreement.of(
                        l,
                        name(l),
                        Agreement.of(estimate.get(l).weights(), exact.get(l).weights()),
                        Agreement.of(estimate.get(l).biases(), exact.get(l).biases())));
            }
            return layers;
        }
    }

    private float bpttScale() {
        return BackpropagationThroughTime.scale(task.images());
    }

    private static List<LayerComparison.Gradient> gradients(Gradients gradients, Topology topology, double scale) {
        List<LayerComparison.Gradient> layers = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            layers.add(LayerComparison.Gradient.of(
                    gradients, topology.connections().get(l), l, scale));
        }
        return layers;
    }

    private static BackpropagationThroughTime bptt(
            MemoryScope memory, Configuration walked, Parameters parameters, Kernels kernels, Workers workers) {
        return new BackpropagationThroughTime(memory, walked, backpropagation(walked), parameters, kernels, workers);
    }

    private BackpropagationThroughTime bptt(Configuration walked, Parameters parameters, Workers workers) {
        return machine.ledger().open(memory -> bptt(memory, walked, parameters, machine.kernels(), workers));
    }

    private SteppedNudge ep(Configuration nudged, Parameters parameters, Workers workers) {
        return machine.ledger()
                .open(memory -> new SteppedNudge(memory, nudged, parameters, machine.kernels(), workers));
    }

    private void start(Parameters parameters, Workers workers) {
        ModelFile model = task.model();
        if (model == null) {
            Initialiser.of(task.configuration().training()).fill(parameters);
        } else {
            model.read(parameters);
        }
        parameters.derive(machine.kernels(), workers);
    }

    private void fill(FloatTensor image, FloatTensor target) {
        ImageSet images = task.dataset().train();
        int[] order = new ExampleOrder(task.configuration().training().seed(), images.count()).epoch(0);
        target.clear(task.images());
        for (int i = 0; i < task.images(); i++) {
            Evaluator.source(images).fill(order[i], image, i);
            target.set(i, images.label(order[i]), 1f);
        }
    }

    private String name(int layer) {
        List<LayerSettings> layers = task.configuration().network().layers();
        boolean readout = layer == layers.size() - 1
                && task.configuration().network().readout() == NetworkSettings.Readout.SOFTMAX;
        return switch (layers.get(layer)) {
            case LayerSettings.Convolution convolution -> "conv " + convolution.channels();
            case LayerSettings.Linear linear -> (readout ? "readout " : "linear ") + linear.units();
        };
    }
}
