package org.equipoise.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.PhaseSettings.Reference;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/** Reads a configuration from YAML. */
public final class ConfigurationReader {
    private static final Map<String, Scheme> SCHEMES = ordered(
            Map.entry("symmetric", Scheme.SYMMETRIC),
            Map.entry("one-sided", Scheme.ONE_SIDED),
            Map.entry("random-sign", Scheme.RANDOM_SIGN));

    private static final Map<String, Reference> REFERENCES =
            ordered(Map.entry("free-end", Reference.FREE_END), Map.entry("same-step", Reference.SAME_STEP));

    // What a file leaves out is what the paper uses for MNIST (arXiv 2405.02546, Table I).
    private static final NeuronSettings PAPER_NEURON =
            new NeuronSettings.SigmaDelta(Schedule.constant(0.1), Schedule.constant(0.6), 0.5f);
    private static final PhaseSettings PAPER_PHASES = new PhaseSettings(250, 50, 0.9f, Scheme.SYMMETRIC);
    private static final TrainingSettings PAPER_TRAINING = new TrainingSettings(125, 250, 0);
    private static final float PLAIN_RATE = 0.1f;

    private ConfigurationReader() {}

    private static LearningSettings plainDescent(int layers) {
        return new LearningSettings(
                Collections.nCopies(layers, PLAIN_RATE),
                new OptimiserSettings.Sgd(0f),
                0f,
                new RateSchedule.Constant());
    }

    @SafeVarargs
    static <T> Map<String, T> ordered(Map.Entry<String, T>... entries) {
        Map<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    /**
     * @param file a YAML file
     * @param overrides settings that replace those of the file, as {@code key.key=value}
     * @return the configuration
     * @throws BadInputException if the file cannot be read or does not describe a network
     */
    public static Configuration read(Path file, List<String> overrides) {
        String yaml;
        try {
            yaml = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BadInputException(
                    "The configuration " + file + " cannot be read; a UTF-8 text file in YAML was expected.", e);
        }
        return read(yaml, file.toString(), overrides);
    }

    /**
     * @param yaml a document
     * @param source its name in messages
     * @param overrides settings that replace those of the document, as {@code key.key=value}
     * @return the configuration
     * @throws BadInputException if it does not describe a network
     */
    public static Configuration read(String yaml, String source, List<String> overrides) {
        return read(yaml, source, overrides, "--set ");
    }

    /**
     * @param yaml a document
     * @param source its name in messages
     * @param overrides settings that replace those of the document, as {@code key.key=value}
     * @param overriding what messages put before an override, to say where it came from
     * @return the configuration
     * @throws BadInputException if it does not describe a network
     */
    public static Configuration read(String yaml, String source, List<String> overrides, String overriding) {
        SettingTree tree = SettingTree.parse(yaml, source);
        for (String override : overrides) {
            tree = override(tree, override, overriding);
        }
        SettingTree whole = tree;
        return SettingPlace.within(whole, () -> configuration(whole));
    }

    private static Configuration configuration(SettingTree tree) {
        SettingReader root =
                new SettingReader("", tree).onlyKeys(List.of("network", "neuron", "phases", "learning", "training"));
        Readout readout = root.optional("learning").map(LearningReader::readout).orElse(Readout.STATE);
        NetworkSettings network = network(root.required("network"), readout);
        boolean nudges = !root.optional("learning")
                .map(AlgorithmReader::isBackpropagation)
                .orElse(false);
        float lossFactor =
                root.optional("learning").map(LearningReader::lossFactor).orElse(1f);
        return new Configuration(
                network,
                root.optional("neuron").map(NeuronReader::settings).orElse(PAPER_NEURON),
                root.optional("phases")
                        .map(value -> phases(value, nudges, lossFactor))
                        .orElse(PAPER_PHASES),
                root.optional("learning")
                        .map(LearningReader::settings)
                        .orElseGet(() -> plainDescent(network.layers().size())),
                root.optional("training").map(TrainingReader::settings).orElse(PAPER_TRAINING));
    }

    private static SettingTree override(SettingTree tree, String override, String overriding) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new BadInputException(
                    overriding + override + " sets nothing; " + overriding + "key=value was expected.");
        }
        List<String> keys = List.of(override.substring(0, equals).split("\\."));
        SettingTree value = SettingTree.parse(override.substring(equals + 1), overriding + override);
        return new SettingReader("", tree).with(keys, value);
    }

    private static NetworkSettings network(SettingReader reader, Readout readout) {
        reader.onlyKeys(List.of("input", "layers", "upsampling", "feedback", "normalise"));
        List<SettingReader> shape = reader.required("input").items();
        if (shape.size() != 3) {
            throw new BadInputException("network.input has " + shape.size() + " values ("
                    + reader.required("input").tree().where() + "); [channels, height, width] was expected.");
        }
        ImageShape input = new ImageShape(
                shape.get(0).integer(), shape.get(1).integer(), shape.get(2).integer());
        List<LayerSettings> layers = new ArrayList<>();
        for (SettingReader layer : reader.required("layers").items()) {
            layers.add(SettingPlace.at(layer.tree(), () -> layer(layer)));
        }
        Upsampling upsampling = reader.optional("upsampling")
                .map(value -> value.text().equals("exact")
                        ? new Upsampling.Exact()
                        : new Upsampling.Gain((float) value.real()))
                .orElse(new Upsampling.Exact());
        return new NetworkSettings(
                input,
                layers,
                upsampling,
                reader.optional("feedback").map(value -> (float) value.real()).orElse(1f),
                readout,
                reader.optional("normalise")
                        .flatMap(ConfigurationReader::normalisation)
                        .orElse(null));
    }

    private static Optional<Normalisation> normalisation(SettingReader reader) {
        if (!reader.isMapping()) {
            return reader.choice(ordered(Map.entry("none", Optional.empty())));
        }
        reader.onlyKeys(List.of("mean", "deviation"));
        return Optional.of(new Normalisation(reals(reader.required("mean")), reals(reader.required("deviation"))));
    }

    private static List<Float> reals(SettingReader reader) {
        return reader.items().stream().map(value -> (float) value.real()).toList();
    }

    private static LayerSettings layer(SettingReader reader) {
        if (reader.has("linear")) {
            reader.onlyKeys(List.of("linear"));
            return new LayerSettings.Linear(reader.required("linear").integer());
        }
        reader.onlyKeys(List.of("conv", "linear", "kernel", "stride", "pad", "pool"));
        return new LayerSettings.Convolution(
                reader.required("conv").integer(),
                reader.required("kernel").integer(),
                reader.optional("stride").map(SettingReader::integer).orElse(1),
                reader.optional("pad").map(SettingReader::integer).orElse(0),
                reader.optional("pool").map(ConfigurationReader::pooling).orElse(new Pooling.None()));
    }

    private static Pooling pooling(SettingReader reader) {
        String text = reader.text();
        if (text.equals("none")) {
            return new Pooling.None();
        }
        if (text.matches("(avg|max)\\d{1,3}")) {
            int side = Integer.parseInt(text.substring("avg".length()));
            return text.startsWith("avg") ? new Pooling.Average(side) : new Pooling.Maximum(side);
        }
        throw new BadInputException(
                reader.path() + " is '" + text + "' (" + reader.tree().where()
                        + "); 'none', or the average or maximum over a window, such as 'avg2' or 'max2', was expected.");
    }

    private static PhaseSettings phases(SettingReader reader, boolean nudges, float lossFactor) {
        reader.onlyKeys(List.of("free", "nudge", "beta", "scheme", "average", "settle", "against"));
        return new PhaseSettings(
                reader.required("free").integer(),
                nudges || reader.has("nudge") ? reader.required("nudge").integer() : PAPER_PHASES.nudge(),
                nudges || reader.has("beta")
                        ? lossFactor * (float) reader.required("beta").real()
                        : PAPER_PHASES.beta(),
                reader.optional("scheme").map(value -> value.choice(SCHEMES)).orElse(Scheme.SYMMETRIC),
                reader.optional("average").map(SettingReader::integer).orElse(1),
                reader.optional("settle").map(ConfigurationReader::settle).orElse(null),
                reader.optional("against")
                        .map(value -> value.choice(REFERENCES))
                        .orElse(Reference.FREE_END));
    }

    private static @Nullable SettleCriterion settle(SettingReader reader) {
        if (!reader.isMapping()) {
            return reader.choice(ordered(Map.entry("off", Optional.<SettleCriterion>empty())))
                    .orElse(null);
        }
        reader.onlyKeys(List.of("tolerance", "window"));
        return new SettleCriterion(
                reader.required("tolerance").real(),
                reader.optional("window").map(SettingReader::integer).orElse(SettleCriterion.DEFAULT_WINDOW));
    }
}
