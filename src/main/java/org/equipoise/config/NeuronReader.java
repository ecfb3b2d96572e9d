package org.equipoise.config;

import static org.equipoise.config.ConfigurationReader.ordered;

import java.util.List;
import java.util.Map;
import org.equipoise.config.NeuronSettings.Lif;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.config.NeuronSettings.Rate;
import org.equipoise.config.NeuronSettings.SigmaDelta;
import org.equipoise.kernel.Activation;

/** Reads the part {@code neuron} of a configuration. */
final class NeuronReader {
    private static final float DEFAULT_THRESHOLD = 0.5f;

    private static final Map<String, Activation> ACTIVATIONS = ordered(
            Map.entry("clip", Activation.CLIP),
            Map.entry("half-clip", Activation.HALF_CLIP),
            Map.entry("sigmoid", Activation.SIGMOID),
            Map.entry("tanh", Activation.TANH));

    private static final Map<String, Nudging> NUDGING =
            ordered(Map.entry("inside", Nudging.INSIDE), Map.entry("outside", Nudging.OUTSIDE));

    private enum Kind {
        SIGMA_DELTA,
        RATE,
        LIF
    }

    private static final Map<String, Kind> KINDS = ordered(
            Map.entry("sigma-delta", Kind.SIGMA_DELTA), Map.entry("rate", Kind.RATE), Map.entry("lif", Kind.LIF));

    private NeuronReader() {}

    static NeuronSettings settings(SettingReader reader) {
        return switch (reader.required("kind").choice(KINDS)) {
            case SIGMA_DELTA -> sigmaDelta(reader);
            case RATE -> rate(reader);
            case LIF -> lif(reader);
        };
    }

    private static SigmaDelta sigmaDelta(SettingReader reader) {
        reader.onlyKeys(List.of("kind", "epsilon", "lambda", "threshold"));
        return new SigmaDelta(
                schedule(reader.required("epsilon")),
                schedule(reader.required("lambda")),
                number(reader, "threshold", DEFAULT_THRESHOLD));
    }

    private static Rate rate(SettingReader reader) {
        reader.onlyKeys(List.of("kind", "epsilon", "activation", "nudge", "lambda", "threshold"));
        return new Rate(
                reader.optional("epsilon").map(NeuronReader::schedule).orElse(Schedule.constant(1)),
                reader.optional("activation")
                        .map(value -> value.choice(ACTIVATIONS))
                        .orElse(Activation.CLIP),
                reader.optional("nudge").map(value -> value.choice(NUDGING)).orElse(Nudging.INSIDE));
    }

    private static Lif lif(SettingReader reader) {
        reader.onlyKeys(List.of("kind", "leak", "threshold", "filter"));
        return new Lif(
                number(reader, "leak", Lif.DEFAULT.leak()),
                number(reader, "threshold", Lif.DEFAULT.threshold()),
                number(reader, "filter", Lif.DEFAULT.filter()));
    }

    private static float number(SettingReader reader, String key, float usual) {
        return reader.optional(key).map(value -> (float) value.real()).orElse(usual);
    }

    private static Schedule schedule(SettingReader reader) {
        return SettingPlace.at(reader.tree(), () -> scheduleOf(reader));
    }

    private static Schedule scheduleOf(SettingReader reader) {
        String[] parts = reader.text().split("/t\\^", 2);
        if (parts.length == 1) {
            return Schedule.constant(reader.real());
        }
        return new Schedule(part(reader, parts[0]), part(reader, parts[1]));
    }

    private static double part(SettingReader reader, String text) {
        return new SettingReader(
                        reader.path(), new SettingTree.Scalar(reader.tree().where(), text.strip()))
                .real();
    }
}
