package org.equipoise.config;

import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a configuration as YAML with every setting spelled out, in the form {@link ConfigurationReader} reads. */
public final class ConfigurationWriter {
    private ConfigurationWriter() {}

    /**
     * @param configuration any configuration
     * @return a YAML document that reads back as an equal configuration
     */
    public static String toYaml(Configuration configuration) {
        NetworkSettings network = configuration.network();
        PhaseSettings phases = configuration.phases();
        LearningSettings learning = configuration.learning();
        TrainingSettings training = configuration.training();
        ImageShape input = network.input();
        String layers = network.layers().stream()
                .map(ConfigurationWriter::layer)
                .collect(Collectors.joining("\n    - ", "\n    - ", ""));
        return """
                network:
                  input: [%d, %d, %d]
                  layers:%s
                  upsampling: %s
                  feedback: %s
                  normalise: %s
                neuron: %s
                phases: {free: %d, nudge: %d, beta: %s, scheme: %s, against: %s, average: %d%s}
                learning:
                %s
                  loss: %s
                  readout: %s
                  rates: %s
                  rate-schedule: %s
                  optimizer: %s
                  decay: %s
                  weight-average: %s
                training:
                  batch: %d
                  epochs: %d
                  seed: %d
                  initial: %s
                  particles: %s
                  augment: %s
                  divergence: %s
                  tile: %d
                  shards: %d
                  exchange: %s
                  reduction: %s
                """.formatted(
                        input.channels(),
                        input.height(),
                        input.width(),
                        layers,
                        network.upsampling(),
                        network.feedback(),
                        network.normalisation() == null ? "none" : network.normalisation(),
                        neuron(configuration.neuron()),
                        phases.free(),
                        phases.nudge(),
                        phases.beta(),
                        word(phases.scheme()),
                        word(phases.reference()),
                        phases.average(),
                        settle(phases.settle()),
                        AlgorithmReader.toYaml(learning.algorithm()),
                        LearningReader.loss(network.readout()),
                        LearningReader.word(network.readout()),
                        learning.rates(),
                        learning.rateSchedule(),
                        optimiser(learning.optimiser()),
                        learning.decay(),
                        learning.weightAverage(),
                        training.batch(),
                        training.epochs(),
                        training.seed(),
                        word(training.initial()),
                        word(training.particles()),
                        training.augmentation(),
                        word(training.divergence()),
                        training.tile(),
                        training.shards().count(),
                        ShardSettings.word(training.shards().exchange()),
                        ShardSettings.word(training.shards().reduction()));
    }

    private static String layer(LayerSettings layer) {
        return switch (layer) {
            case LayerSettings.Convolution conv ->
                "{conv: %d, kernel: %d, stride: %d, pad: %d, pool: %s}"
                        .formatted(conv.channels(), conv.kernel(), conv.stride(), conv.padding(), conv.pooling());
            case LayerSettings.Linear linear -> "{linear: %d}".formatted(linear.units());
        };
    }

    private static String neuron(NeuronSettings neuron) {
        return switch (neuron) {
            case NeuronSettings.SigmaDelta spiking ->
                "{kind: sigma-delta, epsilon: %s, lambda: %s, threshold: %s}"
                        .formatted(spiking.epsilon(), spiking.lambda(), spiking.threshold());
            case NeuronSettings.Rate rate ->
                "{kind: rate, epsilon: %s, activation: %s, nudge: %s}"
                        .formatted(rate.epsilon(), word(rate.activation()), word(rate.nudging()));
            case NeuronSettings.Lif lif ->
                "{kind: lif, leak: %s, threshold: %s, filter: %s}".formatted(lif.leak(), lif.threshold(), lif.filter());
        };
    }

    private static String settle(@Nullable SettleCriterion settle) {
        return settle == null
                ? ", settle: off"
                : ", settle: {tolerance: %s, window: %d}".formatted(settle.tolerance(), settle.window());
    }

    private static String optimiser(OptimiserSettings optimiser) {
        return switch (optimiser) {
            case OptimiserSettings.Sgd sgd -> "sgd\n  momentum: " + sgd.momentum();
            case OptimiserSettings.Adam adam ->
                "{kind: adam, beta1: %s, beta2: %s, epsilon: %s}".formatted(adam.beta1(), adam.beta2(), adam.epsilon());
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
