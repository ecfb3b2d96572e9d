package org.equipoise.config;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.equipoise.error.BadInputException;

/** Reads a configuration from YAML. */
public final class ConfigurationReader {
    /** An item of a list as complaints name it, {@code layers[3]}, is the key {@code layers.3}. */
    private static final Pattern ITEM = Pattern.compile("\\[(\\d+)]");

    private ConfigurationReader() {}

    /**
     * @param overrides settings that replace those of the file, as {@code key.key=value}
     * @throws BadInputException if the file cannot be read or does not describe a network
     */
    public static Configuration read(Path file, List<String> overrides) {
        return read(TextFile.read(file, "The configuration"), file.toString(), overrides);
    }

    /**
     * @param yaml a document
     * @param source its name in messages
     * @param overrides settings that replace those of the document, as {@code key.key=value}
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
     * @throws BadInputException if it does not describe a network
     */
    public static Configuration read(String yaml, String source, List<String> overrides, String overriding) {
        SettingTree tree = SettingTree.parse(yaml, source);
        for (String override : overrides) {
            tree = override(tree, override, overriding);
        }
        SettingTree whole = tree;
        return SettingPlace.within(whole, () -> Configuration.read(SettingReader.of(whole)));
    }

    private static SettingTree override(SettingTree tree, String override, String overriding) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new BadInputException(
                    overriding + override + " sets nothing; " + overriding + "key=value was expected.");
        }
        String path = ITEM.matcher(override.substring(0, equals)).replaceAll(".$1");
        List<String> keys = List.of(path.split("\\."));
        SettingTree value = SettingTree.parse(override.substring(equals + 1), overriding + override);
        return SettingReader.of(tree).with(keys, value);
    }
}
