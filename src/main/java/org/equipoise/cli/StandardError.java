package org.equipoise.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The standard error that the launcher kept aside.
 *
 * <p>A JVM with an incubator module prints a warning while it starts, and no option turns that off. The launcher
 * therefore starts Java with standard error going through a filter, and keeps the real one under another number, which
 * it passes as a system property. Putting the real one back ends the filter, and progress bars meet the terminal.
 */
final class StandardError {
    /** The descriptor that holds the real standard error; unset when the launcher did not start this JVM. */
    static final String PROPERTY = "equipoise.stderr";

    private static final int STANDARD_ERROR = 2;

    private StandardError() {}

    /** Puts the real standard error back; the first thing to do. Without the property it does nothing. */
    @SuppressWarnings("restricted")
    static void restore() {
        Integer kept = Integer.getInteger(PROPERTY);
        if (kept == null) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle dup2 = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("dup2"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
            int result = (int) dup2.invokeExact(kept.intValue(), STANDARD_ERROR);
            if (result != STANDARD_ERROR) {
                throw new IllegalStateException("dup2 returned " + result);
            }
        } catch (Throwable e) {
            // Still usable: what is printed goes through the filter.
            System.getLogger(StandardError.class.getName()).log(Level.DEBUG, "standard error stays filtered", e);
        }
    }
}
