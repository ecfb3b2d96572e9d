package org.equipoise.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** What the program has from outside; tests give it another. */
record Environment(
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> variables,
        Path home) {

    /** {@return that of this process} */
    static Environment ofThisProcess() {
        return new Environment(
                StandardOutput.ofThisProcess(),
                System.err,
                Terminal.is(Terminal.OUT),
                Terminal.is(Terminal.ERR),
                System.getenv(),
                userHome());
    }

    /** {@return that of this process with other streams, which are no terminals} */
    static Environment ofThisProcess(PrintStream out, PrintStream err) {
        return new Environment(out, err, false, false, System.getenv(), userHome());
    }

    private static Path userHome() {
        return Path.of(System.getProperty("user.home"));
    }

    /** {@return whether results may have colours} */
    boolean colours() {
        return outIsTerminal
                && capable()
                && variables.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** {@return whether progress may be a line that is drawn over} */
    boolean live() {
        return errIsTerminal && capable();
    }

    /** {@return whether the terminal is the output of a notebook's cell, as Jupyter's kernels tell the programs they start} */
    boolean notebook() {
        return variables.containsKey("JPY_PARENT_PID") || variables.containsKey("JPY_SESSION_NAME");
    }

    private boolean capable() {
        return !variables.getOrDefault("TERM", "").equals("dumb");
    }
}
