package org.equipoise.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/** The standard streams as the system sees them, by calls of the C library. */
final class Terminal {
    /** The descriptor of standard output. */
    static final int OUT = 1;
    /** The descriptor of standard error. */
    static final int ERR = 2;

    /** The descriptor that holds the real standard error; unset when the launcher did not start this JVM. */
    private static final String KEPT_ERR = "equipoise.stderr";

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
     * Puts back the real standard error that the launcher kept aside; the first thing to do. Without the launcher it does nothing.
     *
     * <p>A JVM with an incubator module prints a warning while it starts, and no option turns that off. The launcher therefore starts
     * Java with standard error going through a filter. It keeps the real one under another descriptor, which it passes as a system
     * property. Putting the real one back ends the filter, so that progress bars reach the terminal.
     */
    static void restoreStandardError() {
        Integer kept = Integer.getInteger(KEPT_ERR);
        if (kept == null) {
            return;
        }
        try {
            int result = (int) call("dup2", JAVA_INT, JAVA_INT).invokeExact(kept.intValue(), ERR);
            if (result != ERR) {
                throw new IllegalStateException("dup2 returned " + result);
            }
        } catch (Throwable e) {
            // Still usable: what is printed goes through the filter.
            System.getLogger(Terminal.class.getName()).log(Level.DEBUG, "standard error stays filtered", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
