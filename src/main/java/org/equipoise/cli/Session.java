package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.data.Catalogue;

/**
 * What the commands of one run of the program share.
 *
 * @param surroundings the world outside
 * @param interruption whether the user wants it to end
 */
record Session(Surroundings surroundings, Interruption interruption) {
    /** {@return the data sets of this machine} */
    Catalogue catalogue() {
        return Catalogue.from(surroundings.variables(), surroundings.home());
    }

    /** Prints a line of the result. */
    void print(String line) {
        surroundings.out().println(line);
    }

    /** Prints the result as the one JSON object of {@code --json}. */
    void printJson(Object result) {
        surroundings.out().println(Json.of(result));
    }

    /** Prints a line about how it goes. */
    void tell(String line) {
        surroundings.err().println(line);
    }

    /** {@return a command as the user would type it} */
    static String command(Object... words) {
        List<String> quoted = new ArrayList<>();
        for (Object word : words) {
            quoted.add(quoted(word instanceof Path path ? path.toString() : word.toString()));
        }
        return EquipoiseCommand.NAME + " " + String.join(" ", quoted);
    }

    private static String quoted(String word) {
        return word.matches("[\\w./=:@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
