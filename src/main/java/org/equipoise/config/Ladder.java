package org.equipoise.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;
import org.jspecify.annotations.Nullable;

/**
 * Rungs between two ways of training, each of which changes a few settings of another, as {@code ladder.yaml} lists them.
 *
 * @param preset what all rungs start from
 * @param data the data set
 * @param holdOut how many training images are tested with
 * @param epochs how long each rung trains
 * @param seeds the seeds that each is trained with
 * @param set settings of all rungs, as {@code key=value}
 */
public record Ladder(
        String preset, String data, int holdOut, int epochs, List<Long> seeds, List<String> set, List<Rung> rungs) {
    private static final String RESOURCE = "presets/ladder.yaml";
    private static final Pattern NAME = Pattern.compile("[\\w.-]+");

    /**
     * A way of training.
     *
     * @param from the rung whose settings it changes, null for the first
     * @param init the rung whose last parameters it begins with, null to draw them
     * @param epochs how long it trains, null for as long as the others do
     * @param says what is changed, in a few words
     * @param set settings in place of those of the other rung
     */
    public record Rung(
            String name,
            @Nullable String from,
            @Nullable String init,
            @Nullable Integer epochs,
            String says,
            List<String> set) {
        /** Refuses names that no file could have. */
        public Rung {
            set = List.copyOf(set);
            if (!NAME.matcher(name).matches() || epochs != null && epochs < 1) {
                throw new BadInputException("A rung has the name '" + name + "'"
                        + (epochs == null ? "" : " and " + epochs + " epochs")
                        + "; letters, digits, dots, hyphens and underscores were expected, and at least 1 epoch.");
            }
        }
    }

    /** Copies the lists and refuses a ladder without rungs. */
    public Ladder {
        seeds = List.copyOf(seeds);
        set = List.copyOf(set);
        rungs = List.copyOf(rungs);
        if (rungs.isEmpty() || seeds.isEmpty() || epochs < 1 || holdOut < 0) {
            throw new BadInputException(
                    "The ladder has " + rungs.size() + " rungs, " + seeds.size() + " seeds, " + epochs
                            + " epochs and holds out " + holdOut
                            + " images; at least one of each of the first three was expected, and no"
                            + " fewer than 0 images.");
        }
    }

    /** {@return that from feed-forward back-propagation to spiking Equilibrium Propagation} */
    public static Ladder usual() {
        return parse(TextFile.resource(RESOURCE), RESOURCE);
    }

    /**
     * @param file one in the form of the usual ladder
     * @throws BadInputException if the file cannot be read or is no ladder
     */
    public static Ladder read(Path file) {
        return parse(TextFile.read(file, "The ladder"), file.toString());
    }

    private static Ladder parse(String yaml, String source) {
        SettingTree tree = SettingTree.parse(yaml, source);
        return SettingPlace.at(tree, () -> read(SettingReader.of(tree)));
    }

    private static Ladder read(SettingReader document) {
        document.onlyKeys(List.of("preset", "data", "hold-out", "epochs", "seeds", "set", "rungs"));
        List<Rung> rungs = new ArrayList<>();
        for (SettingReader rung : document.required("rungs").items()) {
            Rung whole = rung(rung, rungs.isEmpty() ? null : rungs.getLast().name());
            rungs.add(SettingPlace.at(rung.tree(), () -> linked(whole, rungs)));
        }
        return new Ladder(
                document.optional("preset").map(SettingReader::text).orElse(Presets.QUICK),
                document.optional("data").map(SettingReader::text).orElse("fashion-mnist"),
                document.optional("hold-out").map(SettingReader::integer).orElse(0),
                document.optional("epochs").map(SettingReader::integer).orElse(1),
                list(document, "seeds", SettingReader::longInteger, List.of(1L)),
                list(document, "set", SettingReader::text, List.of()),
                rungs);
    }

    private static Rung rung(SettingReader rung, @Nullable String above) {
        rung.onlyKeys(List.of("name", "from", "init", "epochs", "says", "set"));
        List<String> set = list(rung, "set", SettingReader::text, List.of());
        return new Rung(
                rung.required("name").text(),
                rung.optional("from").map(SettingReader::text).orElse(above),
                rung.optional("init").map(SettingReader::text).orElse(null),
                rung.optional("epochs").map(SettingReader::integer).orElse(null),
                rung.optional("says").map(SettingReader::text).orElse(String.join(" ", set)),
                set);
    }

    private static <T> List<T> list(
            SettingReader reader, String key, Function<SettingReader, T> item, List<T> otherwise) {
        return reader.optional(key)
                .map(list -> list.items().stream().map(item).toList())
                .orElse(otherwise);
    }

    private static Rung linked(Rung rung, List<Rung> above) {
        List<String> names = above.stream().map(Rung::name).toList();
        requireAbove(names, rung.name(), rung.from());
        requireAbove(names, rung.name(), rung.init());
        if (names.contains(rung.name())) {
            throw new BadInputException("The rung '" + rung.name() + "' is there twice; other names were expected.");
        }
        return rung;
    }

    private static void requireAbove(List<String> names, String rung, @Nullable String other) {
        if (other != null && !names.contains(other)) {
            throw new BadInputException(
                    "The rung '" + rung + "' builds on '" + other + "'; a rung above it was expected.");
        }
    }

    /**
     * @return the rung of a name
     * @throws BadInputException if there is none
     */
    public Rung rung(String name) {
        List<String> names = rungs.stream().map(Rung::name).toList();
        return rungs.stream()
                .filter(rung -> rung.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException("There is no rung '" + name + "'"
                        + Suggestion.forWord(name, names) + "; " + String.join(", ", names) + " were expected."));
    }

    /**
     * @param more settings that replace those of the rung
     * @return what a rung trains
     */
    public Configuration configuration(Rung rung, List<String> more) {
        List<String> all = new ArrayList<>(set);
        all.addAll(settings(rung));
        all.addAll(more);
        return Presets.read(preset, all);
    }

    /** Settings of the rungs it builds on and then its own, which go before them. */
    private List<String> settings(Rung rung) {
        List<String> all = new ArrayList<>(rung.from() == null ? List.of() : settings(rung(rung.from())));
        all.addAll(rung.set());
        return all;
    }
}
