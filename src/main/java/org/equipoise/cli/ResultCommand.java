package org.equipoise.cli;

import picocli.CommandLine.Model.OptionSpec;

/** A command with a result: text for people or, with {@code --json}, exactly one JSON object. */
abstract class ResultCommand extends Subcommand {
    private static final String JSON = "--json";

    /** {@return the option, which is the last of a command's own} */
    static OptionSpec jsonOption() {
        return OptionSpec.builder(JSON)
                .type(boolean.class)
                .description("Print the result as exactly one JSON object.")
                .build();
    }

    /** {@return whether the result is printed as JSON} */
    final boolean json() {
        return spec.commandLine().getParseResult().hasMatchedOption(JSON);
    }

    /**
     * Prints a result.
     *
     * @param result a record or map with the fields of the JSON object
     * @param lines the same for people
     */
    final void print(Object result, Iterable<String> lines) {
        if (json()) {
            printJson(result);
        } else {
            lines.forEach(this::print);
        }
    }
}
