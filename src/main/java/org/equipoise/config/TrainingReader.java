package org.equipoise.config;

import static org.equipoise.config.ConfigurationReader.ordered;

import java.util.List;
import java.util.Map;
import org.equipoise.config.ShardSettings.Exchange;
import org.equipoise.config.ShardSettings.Reduction;
import org.equipoise.config.TrainingSettings.Divergence;

/** Reads the part {@code training} of a configuration. */
final class TrainingReader {
    private static final Map<String, Initialisation> INITIAL =
            ordered(Map.entry("fan-in", Initialisation.FAN_IN), Map.entry("glorot", Initialisation.GLOROT));
    private static final Map<String, ParticleStore> PARTICLES = ordered(
            Map.entry("none", ParticleStore.NONE),
            Map.entry("memory", ParticleStore.MEMORY),
            Map.entry("file", ParticleStore.FILE));
    private static final Map<String, Divergence> DIVERGENCES = ordered(
            Map.entry("stop", Divergence.STOP),
            Map.entry("warn", Divergence.WARN),
            Map.entry("ignore", Divergence.IGNORE));
    private static final Map<String, Exchange> EXCHANGES =
            ordered(Map.entry("float32", Exchange.FLOAT32), Map.entry("bfloat16", Exchange.BFLOAT16));
    private static final Map<String, Reduction> REDUCTIONS =
            ordered(Map.entry("ordered", Reduction.ORDERED), Map.entry("fast", Reduction.FAST));
    private static final Map<String, Boolean> TRUTH = ordered(Map.entry("true", true), Map.entry("false", false));

    private TrainingReader() {}

    static TrainingSettings settings(SettingReader reader) {
        reader.onlyKeys(List.of(
                "batch",
                "epochs",
                "seed",
                "initial",
                "particles",
                "augment",
                "divergence",
                "tile",
                "shards",
                "exchange",
                "reduction"));
        return new TrainingSettings(
                reader.required("batch").integer(),
                reader.required("epochs").integer(),
                reader.optional("seed").map(SettingReader::longInteger).orElse(0L),
                reader.optional("initial").map(value -> value.choice(INITIAL)).orElse(Initialisation.FAN_IN),
                reader.optional("particles")
                        .map(value -> value.choice(PARTICLES))
                        .orElse(ParticleStore.NONE),
                reader.optional("augment").map(TrainingReader::augmentation).orElse(Augmentation.NONE),
                reader.optional("divergence")
                        .map(value -> value.choice(DIVERGENCES))
                        .orElse(Divergence.WARN),
                reader.optional("tile").map(SettingReader::integer).orElse(TrainingSettings.DEFAULT_TILE),
                shards(reader));
    }

    private static ShardSettings shards(SettingReader reader) {
        return new ShardSettings(
                reader.optional("shards").map(SettingReader::integer).orElse(ShardSettings.ONE.count()),
                reader.optional("exchange")
                        .map(value -> value.choice(EXCHANGES))
                        .orElse(Exchange.FLOAT32),
                reader.optional("reduction")
                        .map(value -> value.choice(REDUCTIONS))
                        .orElse(Reduction.ORDERED));
    }

    private static Augmentation augmentation(SettingReader reader) {
        if (!reader.isMapping()) {
            return reader.choice(ordered(Map.entry("none", Augmentation.NONE)));
        }
        reader.onlyKeys(List.of("flip", "crop"));
        return new Augmentation(
                reader.optional("flip").map(value -> value.choice(TRUTH)).orElse(false),
                reader.optional("crop").map(SettingReader::integer).orElse(0));
    }
}
