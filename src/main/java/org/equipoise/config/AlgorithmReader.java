package org.equipoise.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Moves;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Surrogate;

/** Reads and writes the settings of {@code learning} that say how the gradient is come by. */
final class AlgorithmReader {
    /** Settings that only back-propagation has. */
    private static final List<String> OF_BACKPROPAGATION = List.of("truncate", "tape", "surrogate", "reset");

    private static final String BACKPROPAGATION = "bptt";
    private static final float DEFAULT_WIDTH = 0.5f;

    /** Those without settings of their own; back-propagation is read apart. */
    private static final Map<String, Algorithm> ALGORITHMS = ConfigurationReader.ordered(
            Map.entry("ep", new Algorithm.EquilibriumPropagation()),
            Map.entry("continual-ep", new Algorithm.ContinualEquilibriumPropagation()),
            Map.entry("eqspike", new Algorithm.EqSpike(Moves.PHASE_END)),
            Map.entry(
                    BACKPROPAGATION,
                    new Backpropagation(
                            Backpropagation.ALL, Tape.FULL, new Surrogate.Rectangular(DEFAULT_WIDTH), Reset.ATTACHED)));

    /** The setting that only EqSpike has. */
    private static final String MOVES = "weights-move";

    private static final String ALL = "all";

    private enum Kind {
        RECTANGULAR,
        FAST_SIGMOID,
        IDENTITY
    }

    private AlgorithmReader() {}

    /** {@return all settings that this reader looks at} */
    static List<String> keys() {
        return List.of("algorithm", "truncate", "tape", "surrogate", "reset", MOVES);
    }

    static boolean isBackpropagation(SettingReader learning) {
        return kind(learning) instanceof Backpropagation;
    }

    private static Algorithm kind(SettingReader learning) {
        return learning.optional("algorithm")
                .map(value -> value.choice(ALGORITHMS))
                .orElse(new Algorithm.EquilibriumPropagation());
    }

    static Algorithm read(SettingReader learning) {
        Algorithm kind = kind(learning);
        if (!(kind instanceof Algorithm.EqSpike)) {
            learning.optional(MOVES).ifPresent(value -> {
                throw new BadInputException(
                        value.path() + " is set (" + value.tree().where()
                                + ") but learning.algorithm is " + word(kind)
                                + ", which has no such setting; algorithm: eqspike was expected beside it.");
            });
        }
        if (!(kind instanceof Backpropagation)) {
            for (String key : OF_BACKPROPAGATION) {
                learning.optional(key).ifPresent(value -> {
                    throw new BadInputException(
                            value.path() + " is set (" + value.tree().where()
                                    + ") but learning.algorithm is " + word(kind)
                                    + ", which has no such setting; algorithm: bptt was expected"
                                    + " beside it.");
                });
            }
            return kind instanceof Algorithm.EqSpike ? eqspike(learning) : kind;
        }
        return new Backpropagation(
                learning.optional("truncate").map(AlgorithmReader::truncate).orElse(Backpropagation.ALL),
                learning.optional("tape")
                        .map(value -> value.choice(words(Tape.values())))
                        .orElse(Tape.FULL),
                learning.optional("surrogate")
                        .map(AlgorithmReader::surrogate)
                        .orElse(new Surrogate.Rectangular(DEFAULT_WIDTH)),
                learning.optional("reset")
                        .map(value -> value.choice(words(Reset.values())))
                        .orElse(Reset.ATTACHED));
    }

    private static Algorithm eqspike(SettingReader learning) {
        return new Algorithm.EqSpike(learning.optional(MOVES)
                .map(value -> value.choice(words(Moves.values())))
                .orElse(Moves.PHASE_END));
    }

    private static int truncate(SettingReader reader) {
        return reader.text().equals(ALL) ? Backpropagation.ALL : reader.integer();
    }

    private static Surrogate surrogate(SettingReader reader) {
        reader.onlyKeys(List.of("kind", "width"));
        Kind kind = reader.required("kind").choice(words(Kind.values()));
        float width =
                reader.optional("width").map(value -> (float) value.real()).orElse(DEFAULT_WIDTH);
        return switch (kind) {
            case RECTANGULAR -> new Surrogate.Rectangular(width);
            case FAST_SIGMOID -> new Surrogate.FastSigmoid(width);
            case IDENTITY -> new Surrogate.Identity();
        };
    }

    private static <E extends Enum<E>> Map<String, E> words(E[] values) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : values) {
            words.put(word(value), value);
        }
        return words;
    }

    /** {@return the name of an algorithm in a file} */
    static String word(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.EquilibriumPropagation ep -> "ep";
            case Algorithm.ContinualEquilibriumPropagation continual -> "continual-ep";
            case Algorithm.EqSpike eqspike -> "eqspike";
            case Backpropagation bptt -> BACKPROPAGATION;
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return the settings as lines of YAML, indented by two spaces} */
    static String toYaml(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.EquilibriumPropagation ep -> "  algorithm: " + word(ep);
            case Algorithm.ContinualEquilibriumPropagation continual -> "  algorithm: " + word(continual);
            case Algorithm.EqSpike eqspike ->
                "  algorithm: " + word(eqspike) + "\n  " + MOVES + ": " + word(eqspike.moves());
            case Backpropagation bptt ->
                """
                  algorithm: bptt
                  truncate: %s
                  tape: %s
                  surrogate: %s
                  reset: %s""".indent(2).stripTrailing().formatted(
                        bptt.truncate() == Backpropagation.ALL ? ALL : bptt.truncate(),
                        word(bptt.tape()),
                        surrogate(bptt.surrogate()),
                        word(bptt.reset()));
        };
    }

    private static String surrogate(Surrogate surrogate) {
        return switch (surrogate) {
            case Surrogate.Rectangular rectangular -> surrogate(Kind.RECTANGULAR, rectangular.width());
            case Surrogate.FastSigmoid sigmoid -> surrogate(Kind.FAST_SIGMOID, sigmoid.width());
            case Surrogate.Identity identity -> "{kind: " + word(Kind.IDENTITY) + "}";
        };
    }

    private static String surrogate(Kind kind, float width) {
        return "{kind: " + word(kind) + ", width: " + width + "}";
    }
}
