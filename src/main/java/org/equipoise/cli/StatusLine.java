package org.equipoise.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.equipoise.training.Evaluator;

/**
 * Shows on standard error how far something has come: on a terminal or in a notebook as one line with a bar, drawn over again; elsewhere,
 * as in a log file, as a plain line now and then; or not at all. Thread-safe.
 */
final class StatusLine {
    private static final Duration REDRAWN_EVERY = Duration.ofMillis(100);
    private static final Duration NOTEBOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration REPEATED_EVERY = Duration.ofSeconds(10);
    private static final int BAR_WIDTH = 20;

    /** Back to the first column, and what does not fit on the line is cut rather than wrapped. */
    private static final String START = "\r\u001b[?7l";

    private static final String END = "\u001b[K\u001b[?7h";

    private enum Style {
        LIVE(REDRAWN_EVERY),
        /** Carriage returns alone, which is what the output of a notebook's cell understands, and seldom, since each goes to a browser. */
        NOTEBOOK(NOTEBOOK_EVERY),
        PLAIN(REPEATED_EVERY),
        SILENT(REPEATED_EVERY);

        private final Duration interval;

        Style(Duration interval) {
            this.interval = interval;
        }
    }

    private final PrintStream err;
    private final Style style;
    private final LongSupplier nanoTime;
    private final long interval;
    private long next;
    private boolean shown;
    private int width;

    private StatusLine(PrintStream err, Style style, LongSupplier nanoTime) {
        this.err = err;
        this.style = style;
        this.nanoTime = nanoTime;
        this.interval = style.interval.toNanos();
        this.next = nanoTime.getAsLong() + interval;
    }

    static StatusLine of(Environment environment, boolean quiet) {
        return of(environment, quiet, System::nanoTime);
    }

    static StatusLine of(Environment environment, boolean quiet, LongSupplier nanoTime) {
        Style loud = environment.notebook() ? Style.NOTEBOOK : Style.LIVE;
        Style style = quiet ? Style.SILENT : environment.live() ? loud : Style.PLAIN;
        return new StatusLine(environment.err(), style, nanoTime);
    }

    /** {@return whether it is time to {@link #show} again} */
    synchronized boolean due() {
        return style != Style.SILENT && nanoTime.getAsLong() - next >= 0;
    }

    /**
     * Shows a state in place of the last one.
     *
     * @param fraction how much of it is done, 0 to 1
     */
    synchronized void show(String label, double fraction, String details) {
        next = nanoTime.getAsLong() + interval;
        if (style == Style.LIVE) {
            err.print(START + label + " " + bar(fraction) + " " + details + END);
            err.flush();
            shown = true;
        } else if (style == Style.NOTEBOOK) {
            String text = label + " " + bar(fraction) + " " + details;
            err.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            err.flush();
            width = text.length();
            shown = true;
        } else if (style == Style.PLAIN) {
            err.println(label + ", " + Math.round(100 * fraction) + " %: " + details);
        }
    }

    /** {@return what shows how many images are done} */
    Evaluator.TestProgress images(String label) {
        return (done, all) -> {
            if (due()) {
                show(label, (double) done / all, Text.format("%,d of %,d images", done, all));
            }
        };
    }

    /** Prints a line that stays. */
    synchronized void line(String text) {
        if (style != Style.SILENT) {
            clear();
            err.println(text);
        }
    }

    /** Takes the state off a terminal. */
    synchronized void clear() {
        if (shown) {
            err.print(style == Style.NOTEBOOK ? "\r" + " ".repeat(width) + "\r" : "\r\u001b[K");
            err.flush();
            width = 0;
            shown = false;
        }
    }

    private String bar(double fraction) {
        boolean unicode = err.charset().equals(StandardCharsets.UTF_8);
        int done = (int) Math.round(BAR_WIDTH * Math.clamp(fraction, 0, 1));
        return (unicode ? "━" : "#").repeat(done) + (unicode ? "─" : ".").repeat(BAR_WIDTH - done);
    }
}
