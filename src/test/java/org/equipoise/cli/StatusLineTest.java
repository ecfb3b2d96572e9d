package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nanos;

    private StatusLine line(boolean terminal, String term, boolean quiet, Charset charset) {
        return line(terminal, Map.of("TERM", term), quiet, charset);
    }

    private StatusLine line(boolean terminal, Map<String, String> variables, boolean quiet, Charset charset) {
        PrintStream stream = new PrintStream(err, true, charset);
        Environment environment = new Environment(stream, stream, terminal, terminal, variables, Path.of(""));
        return StatusLine.of(environment, quiet, () -> nanos);
    }

    private String shown() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalSeesOneLineDrawnOver() {
        StatusLine status = line(true, "xterm", false, StandardCharsets.UTF_8);
        assertFalse(status.due(), "not at once");
        nanos += 100_000_000;
        assertTrue(status.due());
        status.show("epoch 1", 0.25, "loss 0.5");
        assertEquals("\r\u001b[?7lepoch 1 ━━━━━─────────────── loss 0.5\u001b[K\u001b[?7h", shown());
        assertFalse(status.due(), "not again at once");
        err.reset();
        status.line("epoch 1 is done");
        status.clear();
        assertEquals("\r\u001b[Kepoch 1 is done" + System.lineSeparator(), shown());
    }

    @Test
    void aTerminalWithoutUnicodeGetsPlainBars() {
        line(true, "xterm", false, StandardCharsets.US_ASCII).show("x", 0.5, "y");
        assertTrue(shown().contains("x ##########.......... y"), shown());
    }

    @Test
    void aNotebookGetsCarriageReturnsAndNoOtherCodes() {
        StatusLine status =
                line(true, Map.of("TERM", "xterm-color", "JPY_PARENT_PID", "17"), false, StandardCharsets.US_ASCII);
        nanos += 999_000_000L;
        assertFalse(status.due(), "seldom");
        nanos += 1_000_000L;
        assertTrue(status.due());
        status.show("x", 1, "long details");
        status.show("x", 1, "short");
        status.line("done");
        String bar = "#".repeat(20);
        assertEquals(
                "\rx " + bar + " long details\rx " + bar + " short" + " ".repeat(7) + "\r" + " ".repeat(28) + "\rdone"
                        + System.lineSeparator(),
                shown());
    }

    @Test
    void aProgramThatANotebookReadsThroughAPipeGetsLines() {
        line(false, Map.of("JPY_PARENT_PID", "17"), false, StandardCharsets.UTF_8)
                .show("x", 0.5, "y");
        assertEquals("x, 50 %: y" + System.lineSeparator(), shown());
    }

    @Test
    void elsewhereALineComesEveryTenSeconds() {
        StatusLine status = line(false, "xterm", false, StandardCharsets.UTF_8);
        nanos += 9_000_000_000L;
        assertFalse(status.due());
        nanos += 1_000_000_000L;
        assertTrue(status.due());
        status.show("epoch 1", 0.256, "loss 0.5");
        assertEquals("epoch 1, 26 %: loss 0.5" + System.lineSeparator(), shown());
    }

    @Test
    void aDumbTerminalGetsLinesToo() {
        line(true, "dumb", false, StandardCharsets.UTF_8).show("x", 0.5, "y");
        assertEquals("x, 50 %: y" + System.lineSeparator(), shown());
    }

    @Test
    void quietMeansSilent() {
        StatusLine status = line(true, "xterm", true, StandardCharsets.UTF_8);
        nanos += 100_000_000_000L;
        assertFalse(status.due());
        status.show("x", 0.5, "y");
        status.line("z");
        status.clear();
        assertEquals("", shown());
    }
}
