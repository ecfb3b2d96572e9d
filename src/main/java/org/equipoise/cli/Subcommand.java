package org.equipoise.cli;

import java.util.concurrent.Callable;
import org.equipoise.data.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command: its options, what it calls, and how it prints the result. {@link #call} returns the exit code. */
@Command
abstract class Subcommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    /** {@return the program that the command belongs to} */
    final EquipoiseCommand program() {
        return (EquipoiseCommand) spec.root().userObject();
    }

    final Environment environment() {
        return program().environment;
    }

    /** {@return whether the user wants the program to end} */
    final Interruption interruption() {
        return program().interruption;
    }

    /** {@return the data sets of this machine} */
    final Catalogue catalogue() {
        return Catalogue.from(environment().variables(), environment().home());
    }

    /** {@return where progress is shown} */
    final StatusLine status(boolean quiet) {
        return StatusLine.of(environment(), quiet);
    }

    /** Prints a line of the result. */
    final void print(String line) {
        environment().out().println(line);
    }

    /** Prints a line that is no part of the result. */
    final void tell(String line) {
        environment().err().println(line);
    }

    /** Prints an object as JSON, on one line. */
    final void printJson(Object result) {
        print(Json.of(result));
    }

    /** {@return an exception about options that contradict each other; the message is a sentence without its full stop} */
    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
