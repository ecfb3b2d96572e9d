package org.equipoise.cli;

import picocli.CommandLine.Option;

/** The option that makes the result one JSON object. */
final class JsonOption {
    @Option(names = "--json", description = "Print the result as exactly one JSON object.")
    boolean json;
}
