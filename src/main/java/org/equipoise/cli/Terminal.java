package org.equipoise.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;

/** The standard streams as the system sees them, by calls of the C library. */
final class Terminal {
    /** The descriptor of standard output. */
    static final int OUT = 1;
    /** The descriptor of standard error. */
    static final int ERR = 2;

    /** The descriptors that hold the real streams; unset when the launcher did not start this JVM. */
    private static final String KEPT_ERR = "equipoise.stderr";

    private static final String KEPT_OUT = "equipoise.stdout";

    /** EPIPE of Linux and macOS. */
    private static final int BROKEN_PIPE = 32;

    private static final long LONGEST_TEXT = 1024;

    private Terminal() {}

    /** {@return whether a stream is a terminal; Java itself answers only for all streams together} */
    static boolean is(int descriptor) {
        if (!Terminal.class.getModule().isNativeAccessEnabled()) {
            return false; // asking would print a warning
        }
        try {
            return (int) call("isatty", JAVA_INT).invokeExact(descriptor) == 1;
        } catch (Throwable e) {
            System.getLogger(Terminal.class.getName()).log(Level.DEBUG, "no terminal can be asked for", e);
            return false;
        }
    }

    /**
     * Puts back the real streams that the launcher kept aside; the first thing to do. Without the launcher it does nothing.
     *
     * <p>A JVM with an incubator module prints a warning while it starts, and no option turns that off; the JVM, its agents and its
     * recordings also print to standard output, which is for results. The launcher therefore starts Java with both going through a filter
     * to standard error. It keeps the real ones under other descriptors, which it passes as system properties. Putting them back ends
     * the filter, so that progress bars reach the terminal.
     */
    static void restoreStreams() {
        restore(KEPT_ERR, ERR);
        restore(KEPT_OUT, OUT);
    }

    private static void restore(String property, int descriptor) {
        Integer kept = Integer.getInteger(property);
        if (kept == null) {
            return;
        }
        try {
            int result = (int) call("dup2", JAVA_INT, JAVA_INT).invokeExact(kept.intValue(), descriptor);
            if (result != descriptor) {
                throw new IllegalStateException("dup2 returned " + result);
            }
        } catch (Throwable e) {
            // Still usable: what is printed goes through the filter.
            System.getLogger(Terminal.class.getName())
                    .log(Level.DEBUG, () -> "descriptor " + descriptor + " stays filtered", e);
        }
    }

    /** {@return whether a stream could not be written because its reader has gone, as {@code head} does once it has its lines} */
    static boolean isClosedPipe(IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        return reason.equals("Broken pipe") || reason.equals(errorText(BROKEN_PIPE));
    }

    /** {@return what the C library, which Java asks, says of an error in the user's language; empty where it cannot be asked} */
    @SuppressWarnings("restricted")
    private static String errorText(int error) {
        if (!Terminal.class.getModule().isNativeAccessEnabled()) {
            return "";
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle text = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
            MemorySegment found = (MemorySegment) text.invokeExact(error);
            Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
            return found.reinterpret(LONGEST_TEXT).getString(0, charset);
        } catch (Throwable e) {
            System.getLogger(Terminal.class.getName()).log(Level.DEBUG, "no text of an error can be asked for", e);
            return "";
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
