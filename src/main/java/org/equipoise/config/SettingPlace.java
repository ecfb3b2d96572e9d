package org.equipoise.config;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.error.BadInputException;

/** Adds to a complaint about a value, made where only the value is known, the line that it was written on. */
final class SettingPlace {
    private static final Pattern PATH = Pattern.compile("\\b(network|neuron|phases|learning|training)(\\.[a-z0-9-]+)+");
    private static final Pattern PLACED = Pattern.compile(" line \\d+\\)");

    private SettingPlace() {}

    /** Makes something of settings; a complaint is about the setting that it names, as {@code phases.beta}. */
    static <T> T within(SettingTree root, Supplier<T> making) {
        try {
            return making.get();
        } catch (BadInputException complaint) {
            Matcher path = PATH.matcher(String.valueOf(complaint.getMessage()));
            throw path.find()
                    ? placed(complaint, find(root, List.of(path.group().split("\\."))))
                    : complaint;
        }
    }

    /** Makes something of one setting; a complaint is about that. */
    static <T> T at(SettingTree setting, Supplier<T> making) {
        try {
            return making.get();
        } catch (BadInputException complaint) {
            throw placed(complaint, setting);
        }
    }

    private static SettingTree find(SettingTree tree, List<String> keys) {
        if (!keys.isEmpty()
                && tree instanceof SettingTree.Sequence sequence
                && keys.getFirst().matches("\\d{1,6}")) {
            int item = Integer.parseInt(keys.getFirst());
            return item < sequence.items().size()
                    ? find(sequence.items().get(item), keys.subList(1, keys.size()))
                    : tree;
        }
        if (keys.isEmpty() || !(tree instanceof SettingTree.Mapping mapping)) {
            return tree;
        }
        SettingTree below = mapping.entries().get(keys.getFirst());
        return below == null ? tree : find(below, keys.subList(1, keys.size()));
    }

    private static BadInputException placed(BadInputException complaint, SettingTree setting) {
        String message = String.valueOf(complaint.getMessage());
        int expectation = message.indexOf(';');
        if (expectation < 0 || PLACED.matcher(message).find()) {
            return complaint;
        }
        return new BadInputException(
                message.substring(0, expectation) + " (" + setting.where() + ")" + message.substring(expectation),
                complaint);
    }
}
