package org.equipoise.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.equipoise.config.LearningSettings.RateScale;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.NeuronSettings.ImageCoding;
import org.equipoise.config.PhaseSettings.Errors;
import org.equipoise.error.BadInputException;

/** Everything that decides what a run computes. */
public record Configuration(
        NetworkSettings network,
        NeuronSettings neuron,
        PhaseSettings phases,
        LearningSettings learning,
        TrainingSettings training) {
    /** Far above what any feedback asks for, far below what float32 holds. */
    private static final float MOST_RATE = 1_000_000;

    /** The sections of a document. */
    static final Map<String, Form<?>> SECTIONS = sections();

    private static Map<String, Form<?>> sections() {
        Map<String, Form<?>> sections = new LinkedHashMap<>();
        sections.put("network", NetworkSettings.SETTINGS.form());
        sections.put("neuron", NeuronSettings.KINDS.form());
        sections.put("phases", PhaseSettings.SETTINGS.form());
        sections.put("learning", LearningSettings.SETTINGS.form());
        sections.put("training", TrainingSettings.SETTINGS.form());
        return sections;
    }

    static Configuration read(SettingReader document) {
        document.onlyKeys(List.copyOf(SECTIONS.keySet()));
        Map<String, Object> readout = Map.of("readout", LossName.readout(document));
        return new Configuration(
                NetworkSettings.SETTINGS.read(document.required("network"), List.of(), readout),
                NeuronSettings.KINDS.form().read(document.section("neuron")),
                PhaseSettings.SETTINGS.read(document.section("phases")),
                LearningSettings.SETTINGS.read(document.section("learning")),
                TrainingSettings.SETTINGS.read(document.section("training")));
    }

    /** {@return a YAML document with every setting spelled out, which reads back as an equal configuration} */
    public String toYaml() {
        Readout readout = network.readout();
        return "network:" + NetworkSettings.SETTINGS.write(network, Map.of())
                + "\nneuron: " + NeuronSettings.KINDS.form().write(neuron)
                + "\nphases: " + PhaseSettings.SETTINGS.write(phases, Map.of())
                + "\nlearning:"
                + LearningSettings.SETTINGS.write(learning, Map.of("loss", LossName.of(readout), "readout", readout))
                + "\ntraining:" + TrainingSettings.SETTINGS.write(training, Map.of()) + "\n";
    }

    /** Refuses settings that do not fit each other. */
    public Configuration {
        int layers = network.layers().size();
        refuseIf(
                learning.rates().size() != layers,
                "learning.rates has " + learning.rates().size() + " values but network.layers has " + layers
                        + " layers; one rate a layer was expected.");
        Algorithm algorithm = learning.algorithm();
        String isAlgorithm =
                "learning.algorithm is " + Algorithm.KINDS.of(algorithm).word();
        refuseIf(
                network.feedback() == 0f && Algorithm.nudges(algorithm) && network.neuronLayersAbove(0) > 0,
                "network.feedback is 0 and " + isAlgorithm
                        + ", but no nudge reaches a layer below the last then and nothing would be learnt there; feedback above 0,"
                        + " or algorithm bp or bptt, was expected.");
        for (int l = 0; l < layers; l++) {
            float rate = rate(network, phases, learning, l);
            refuseIf(
                    !(rate <= MOST_RATE),
                    "learning.rates[" + l + "] is " + learning.rates().get(l)
                            + " and, as learning.rate-scale is feedback"
                            + " and network.feedback " + network.feedback() + ", stands for " + rate
                            + "; no more than " + MOST_RATE + " was expected.");
        }
        switch (algorithm) {
            case Algorithm.EquilibriumPropagation ep -> {}
            case Algorithm.ContinualEquilibriumPropagation continual -> requireContinual(isAlgorithm, phases, learning);
            case Algorithm.EqSpike eqspike -> {
                requireContinual(isAlgorithm, phases, learning);
                requireLif(isAlgorithm, network, neuron);
            }
            case Algorithm.Backpropagation bptt -> {
                refuseIf(
                        !(neuron instanceof NeuronSettings.SigmaDelta || neuron instanceof NeuronSettings.Rate),
                        isAlgorithm + " and neuron.kind is "
                                + NeuronSettings.KINDS.of(neuron).word()
                                + "; kind sigma-delta or rate was expected with it.");
                refuseIf(
                        neuron instanceof NeuronSettings.SigmaDelta && !network.winnersAreSent(),
                        isAlgorithm
                                + ", and spikes are pooled by other winners than those of what is sent; pool: max and a"
                                + " number was expected with it.");
                refuseIf(
                        neuron instanceof NeuronSettings.SigmaDelta spiking && spiking.image() == ImageCoding.CURRENT,
                        isAlgorithm + " and neuron.image is current; image: spikes was expected with it.");
                // The tape holds every step of every image.
                requireEveryStep(isAlgorithm, ", which descends the loss of the last step,", phases);
                requireNoParticles(training, isAlgorithm);
            }
            case Algorithm.FeedForwardBackpropagation bp -> {
                requireOnePass(isAlgorithm, network, neuron, phases);
                requireEveryStep(isAlgorithm, ", which takes one pass,", phases);
                requireNoParticles(training, isAlgorithm);
            }
        }
        if (!(neuron instanceof NeuronSettings.Rate)) {
            requireNoParticles(training, "neuron.kind is not rate");
            // Spikes stand for values in [0, 1].
            refuseIf(
                    network.normalisation() != null,
                    "network.normalise moves pixels out of [0, 1] and neuron.kind is not rate; kind rate was expected with it.");
        }
        if (phases.errors() == Errors.AMPLIFIED) {
            refuseIf(
                    !(algorithm instanceof Algorithm.EquilibriumPropagation),
                    isAlgorithm + " and phases.errors is amplified; algorithm ep was expected with it.");
            refuseIf(
                    neuron instanceof NeuronSettings.Lif,
                    "neuron.kind is lif and phases.errors is amplified; kind sigma-delta or rate was expected with it.");
        }
        if (training.shards().count() > 1) {
            // Other algorithms add the gradients of their images step by step, or move weights before a batch is over.
            String shards = "training.shards is " + training.shards().count();
            refuseIf(
                    !(algorithm instanceof Algorithm.EquilibriumPropagation),
                    shards + " and " + isAlgorithm + "; algorithm ep was expected with it.");
            requireNoParticles(training, shards);
        }
    }

    /**
     * @param layer which, from 0
     * @return the rate that its gradient is multiplied by before any schedule: that of the settings as {@code learning.rate-scale} has it
     */
    public float rate(int layer) {
        return rate(network, phases, learning, layer);
    }

    private static float rate(NetworkSettings network, PhaseSettings phases, LearningSettings learning, int layer) {
        float rate = learning.rates().get(layer);
        if (learning.rateScale() == RateScale.NONE
                || phases.errors() == Errors.AMPLIFIED
                || !Algorithm.nudges(learning.algorithm())) {
            return rate;
        }
        return (float) (rate * StrictMath.pow(network.feedback(), -(double) network.neuronLayersAbove(layer)));
    }

    /**
     * @param other settings
     * @return what differs in them, as {@code training.seed (0, not 1)}, in the order of the settings
     */
    public List<String> differences(Configuration other) {
        Map<String, String> mine = flat();
        Map<String, String> theirs = other.flat();
        Set<String> keys = new LinkedHashSet<>(mine.keySet());
        keys.addAll(theirs.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(mine.get(key), theirs.get(key)))
                .map(key ->
                        key + " (" + mine.getOrDefault(key, "none") + ", not " + theirs.getOrDefault(key, "none") + ")")
                .toList();
    }

    private Map<String, String> flat() {
        Map<String, String> values = new LinkedHashMap<>();
        SettingTree.parse(toYaml(), "settings").flatten("", values);
        return values;
    }

    private static void refuseIf(boolean unfit, String complaint) {
        if (unfit) {
            throw new BadInputException(complaint);
        }
    }

    /** Weights that move in the first nudge phase are others when a second one begins, and Adam counts updates by batches. */
    private static void requireContinual(String algorithm, PhaseSettings phases, LearningSettings learning) {
        refuseIf(
                phases.branches(),
                algorithm + " and a second phase starts from the free state (phases.scheme symmetric, or"
                        + " phases.against same-step); scheme one-sided or random-sign, against free-end, was expected with it.");
        requireEveryStep(algorithm, ", which learns from single steps,", phases);
        refuseIf(
                learning.optimiser() instanceof OptimiserSettings.Adam,
                algorithm + " and learning.optimizer is adam; sgd was expected with it.");
    }

    private static void requireEveryStep(String algorithm, String why, PhaseSettings phases) {
        refuseIf(
                phases.settle() != null,
                algorithm + " and phases.settle ends phases early; settle: off was expected with it.");
        refuseIf(
                !phases.average().ofLastSteps(),
                algorithm + why + " and phases.average is " + phases.average() + "; 1 was expected with it.");
    }

    /** What one pass comes to is what the network settles in. */
    private static void requireOnePass(
            String algorithm, NetworkSettings network, NeuronSettings neuron, PhaseSettings phases) {
        refuseIf(
                !(neuron instanceof NeuronSettings.Rate rate && rate.epsilon().equals(Schedule.constant(1))),
                algorithm
                        + ", which goes through the layers once; neuron {kind: rate, epsilon: 1} was expected with it.");
        refuseIf(
                network.feedback() != 0f,
                algorithm + " and network.feedback is " + network.feedback() + "; 0 was expected with it.");
        int depth = network.neuronLayersAbove(0) + 1;
        refuseIf(
                phases.free() < depth,
                algorithm + " and phases.free is " + phases.free() + ", in which images do not come through " + depth
                        + " layers of neurons when the network is tested; at least " + depth + " was expected.");
    }

    private static void requireLif(String algorithm, NetworkSettings network, NeuronSettings neuron) {
        refuseIf(
                !(neuron instanceof NeuronSettings.Lif),
                algorithm + ", which learns from spikes and filtered rates; neuron.kind lif was expected with it.");
        refuseIf(
                network.readout() == Readout.SOFTMAX,
                algorithm + " and learning.readout is softmax; readout state was expected with it.");
        for (int l = 0; l < network.layers().size(); l++) {
            if (network.layers().get(l) instanceof LayerSettings.Convolution convolution) {
                refuseIf(
                        convolution.pooling() instanceof Pooling.Maximum,
                        algorithm + " and network.layers[" + l + "].pool is " + convolution.pooling()
                                + "; average pooling or none was expected with it.");
            }
        }
    }

    private static void requireNoParticles(TrainingSettings training, String why) {
        refuseIf(
                training.particles() != ParticleStore.NONE,
                why + " and training.particles is " + Form.word(training.particles())
                        + "; particles: none was expected with it.");
    }

    /**
     * {@return the gain by which deviations from the free state travel up in nudge phases: γ where errors are amplified; 1 where they travel
     * as all else does}
     */
    public float errorGain() {
        return phases.errors() == Errors.AMPLIFIED ? network.feedback() : 1f;
    }

    /** {@return the same with batches of another size} */
    public Configuration withBatch(int batch) {
        return with("batch", batch);
    }

    /** {@return the same with tiles of that size} */
    public Configuration withTile(int tile) {
        return with("tile", tile);
    }

    /** {@return the same with another number of epochs} */
    public Configuration withEpochs(int epochs) {
        return with("epochs", epochs);
    }

    /** {@return the same with a batch cut into as many shards as is usual where processes share it, unless it is cut already} */
    public Configuration sharded() {
        ShardSettings shards = training.shards();
        return shards.count() > 1
                ? this
                : with("shards", ShardSettings.SETTINGS.with(shards, "count", ShardSettings.DEFAULT));
    }

    private Configuration with(String component, Object value) {
        TrainingSettings other = TrainingSettings.SETTINGS.with(training, component, value);
        return new Configuration(network, neuron, phases, learning, other);
    }

    /** {@return the steps forward that learning from one image takes at most; a pass through all layers is one} */
    public int stepsPerExample() {
        return switch (learning.algorithm()) {
            case Algorithm.FeedForwardBackpropagation bp -> 1;
            case Algorithm.Backpropagation bptt -> phases.free();
            default -> phases.stepsPerExample();
        };
    }

    /** {@return the steps of each nudge phase that learning takes} */
    public int nudgeSteps() {
        return Algorithm.nudges(learning.algorithm()) ? phases.nudge() : 0;
    }
}
