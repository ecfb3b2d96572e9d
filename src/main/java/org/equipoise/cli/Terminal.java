package org.equipoise.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Asks the system whether a stream of this process leads to a terminal; Java itself answers only for all streams together. */
final class Terminal {
    /** The descriptor of standard output. */
    static final int OUT = 1;

    /** The descriptor of standard error. */
    static final int ERR = 2;

    private Terminal() {}

    @SuppressWarnings("restricted")
    static boolean is(int descriptor) {
        if (!Terminal.class.getModule().isNativeAccessEnabled()) {
            return false; // asking would print a warning
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle isatty = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("isatty"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            return (int) isatty.invokeExact(descriptor) == 1;
        } catch (Throwable e) {
            System.getLogger(Terminal.class.getName()).log(Level.DEBUG, "no terminal can be asked for", e);
            return false;
        }
    }
}
