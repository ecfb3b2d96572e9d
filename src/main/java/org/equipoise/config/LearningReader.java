package org.equipoise.config;

import static org.equipoise.config.ConfigurationReader.ordered;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.OptimiserSettings.Adam;
import org.equipoise.error.BadInputException;

/** Reads the part {@code learning} of a configuration. */
final class LearningReader {
    private static final String CROSS_ENTROPY = "cross-entropy";
    private static final String CONSTANT = "constant";
    private static final String COSINE = "cosine";
    private static final String STEP = "step";
    private static final Map<String, Readout> READOUTS =
            ordered(Map.entry("state", Readout.STATE), Map.entry("softmax", Readout.SOFTMAX));
    /** The squared error without the half: twice the loss that states are nudged by. */
    private static final String WHOLE_SQUARED_ERROR = "squared-error";

    private static final Map<String, Readout> LOSSES = ordered(
            Map.entry("mse", Readout.STATE),
            Map.entry(WHOLE_SQUARED_ERROR, Readout.STATE),
            Map.entry(CROSS_ENTROPY, Readout.SOFTMAX));
    private static final Map<String, Boolean> OPTIMISERS = ordered(Map.entry("sgd", false), Map.entry("adam", true));
    private static final Map<String, String> SCHEDULES =
            ordered(Map.entry(CONSTANT, CONSTANT), Map.entry(COSINE, COSINE), Map.entry(STEP, STEP));

    private LearningReader() {}

    static LearningSettings settings(SettingReader reader) {
        List<String> keys = new ArrayList<>(AlgorithmReader.keys());
        keys.addAll(List.of(
                "loss", "readout", "rates", "optimizer", "momentum", "decay", "rate-schedule", "weight-average"));
        reader.onlyKeys(keys);
        OptimiserSettings optimiser = optimiser(reader);
        float factor = lossFactor(reader);
        if (factor != 1f && optimiser instanceof Adam) {
            throw new BadInputException("learning.loss is " + WHOLE_SQUARED_ERROR + " and learning.optimizer is adam ("
                    + reader.tree().where()
                    + "), which does not depend on such a factor; loss mse was expected with it.");
        }
        return new LearningSettings(
                reader.required("rates").items().stream()
                        .map(rate -> factor * (float) rate.real())
                        .toList(),
                optimiser,
                reader.optional("decay").map(value -> (float) value.real()).orElse(0f) / factor,
                reader.optional("rate-schedule")
                        .map(LearningReader::rateSchedule)
                        .orElse(new RateSchedule.Constant()),
                AlgorithmReader.read(reader),
                number(reader, "weight-average", 0f));
    }

    /** A squared error is of states and a cross-entropy of logits: the readout decides the loss, and both must be said alike. */
    static Readout readout(SettingReader reader) {
        Readout readout =
                reader.optional("readout").map(value -> value.choice(READOUTS)).orElse(Readout.STATE);
        Readout ofLoss =
                reader.optional("loss").map(value -> value.choice(LOSSES)).orElse(Readout.STATE);
        if (readout != ofLoss) {
            throw new BadInputException("learning.loss is " + loss(ofLoss) + " but learning.readout is " + word(readout)
                    + " (" + reader.tree().where()
                    + "); mse with readout state, or cross-entropy with readout softmax, was expected.");
        }
        return readout;
    }

    /**
     * Works that leave out the half of the squared error mean by β and η what is 2β and 2η with it: {@code β ‖s − y‖² = 2β · ½‖s − y‖²},
     * and {@code η / β} stays. Where a file says {@code squared-error}, its numbers are read so and everything else is as with {@code mse}.
     *
     * @return the factor on β and the rates, by which weight decay is divided
     */
    static float lossFactor(SettingReader reader) {
        return reader.optional("loss")
                        .map(value -> value.text().equals(WHOLE_SQUARED_ERROR))
                        .orElse(false)
                ? 2f
                : 1f;
    }

    static String loss(Readout readout) {
        return readout == Readout.SOFTMAX ? CROSS_ENTROPY : "mse";
    }

    static String word(Readout readout) {
        return readout == Readout.SOFTMAX ? "softmax" : "state";
    }

    private static OptimiserSettings optimiser(SettingReader reader) {
        Optional<SettingReader> optimiser = reader.optional("optimizer");
        boolean adam = optimiser.map(value -> kind(value, OPTIMISERS)).orElse(false);
        float momentum =
                reader.optional("momentum").map(value -> (float) value.real()).orElse(0f);
        if (!adam) {
            optimiser.filter(SettingReader::isMapping).ifPresent(value -> value.onlyKeys(List.of("kind")));
            return new OptimiserSettings.Sgd(momentum);
        }
        if (momentum != 0f) {
            throw new BadInputException("learning.momentum is " + momentum + " ("
                    + reader.required("momentum").tree().where()
                    + ") but learning.optimizer is adam, which has beta1 in its place; no momentum was expected.");
        }
        return optimiser
                .filter(SettingReader::isMapping)
                .map(LearningReader::adam)
                .orElse(Adam.DEFAULT);
    }

    private static Adam adam(SettingReader reader) {
        reader.onlyKeys(List.of("kind", "beta1", "beta2", "epsilon"));
        return new Adam(
                number(reader, "beta1", Adam.DEFAULT.beta1()),
                number(reader, "beta2", Adam.DEFAULT.beta2()),
                number(reader, "epsilon", Adam.DEFAULT.epsilon()));
    }

    private static float number(SettingReader reader, String key, float usual) {
        return reader.optional(key).map(value -> (float) value.real()).orElse(usual);
    }

    private static RateSchedule rateSchedule(SettingReader reader) {
        String kind = kind(reader, SCHEDULES);
        if (kind.equals(STEP)) {
            if (!reader.isMapping()) {
                throw new BadInputException(reader.path() + " is 'step' ("
                        + reader.tree().where() + "); {kind: step, every: EPOCHS, factor: F} was expected.");
            }
            reader.onlyKeys(List.of("kind", "every", "factor"));
            return new RateSchedule.Step(reader.required("every").integer(), (float)
                    reader.required("factor").real());
        }
        if (reader.isMapping()) {
            reader.onlyKeys(List.of("kind"));
        }
        return kind.equals(COSINE) ? new RateSchedule.Cosine() : new RateSchedule.Constant();
    }

    /** A kind that has no settings to give may be written as its name alone. */
    private static <T> T kind(SettingReader reader, Map<String, T> kinds) {
        return (reader.isMapping() ? reader.required("kind") : reader).choice(kinds);
    }
}
