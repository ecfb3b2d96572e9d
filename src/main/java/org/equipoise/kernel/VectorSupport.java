package org.equipoise.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM on its processor can do with vectors. Apart from {@link Lanes}, so that asking does not yet fix a width.
 *
 * @param module whether the JVM was started with the vector module
 * @param bits the widest float32 vector that the processor and the JDK do well, 0 if unknown
 * @param slow what makes vectors slow, or null if nothing does
 */
record VectorSupport(boolean module, int bits, @Nullable String slow) {
    static final String MODULE = "jdk.incubator.vector";
    private static final int NARROWEST = 128;
    private static final int LEVEL_OF_C2 = 4;

    static VectorSupport ofThisJvm() {
        return OfThisJvm.SUPPORT;
    }

    /** {@return why there are no vectors at all, or null if there are} */
    @Nullable
    String absent() {
        if (!module) {
            return "the JVM was started without --add-modules " + MODULE;
        }
        return bits < NARROWEST ? "this machine has no vectors of 128 bits or more" : null;
    }

    /**
     * Vectors are fast where the C2 compiler turns each operation into an instruction. Elsewhere each is a call that allocates, and a
     * fused multiply-add that the processor does not have is computed in decimals, lane by lane: vectors then gain nothing.
     *
     * @param flags value of each flag of the JVM, null for one that it does not know
     * @param mode {@code java.vm.info}
     * @return what makes vectors slow, or null
     */
    static @Nullable String slow(Function<String, @Nullable String> flags, String mode) {
        if ("false".equals(flags.apply("UseCompiler"))) {
            return "this JVM compiles nothing (-Xint)";
        }
        if ("true".equals(flags.apply("UseJVMCICompiler"))) {
            return "another compiler takes the place of C2 (-XX:+UseJVMCICompiler)";
        }
        if (flags.apply("MaxVectorSize") == null) { // a flag of C2
            return "this JVM has no C2 compiler";
        }
        String level = flags.apply("TieredStopAtLevel");
        boolean tiered = !"false".equals(flags.apply("TieredCompilation"));
        if (tiered && level != null && Integer.parseInt(level) < LEVEL_OF_C2) {
            return "the C2 compiler is switched off (-XX:TieredStopAtLevel=" + level + ")";
        }
        if (mode.contains("emulated-client")) {
            return "the C2 compiler is switched off (" + mode + ")";
        }
        if ("false".equals(flags.apply("EnableVectorSupport"))) {
            return "the C2 compiler was told not to compile them (-XX:-EnableVectorSupport)";
        }
        if ("false".equals(flags.apply("UseFMA"))) {
            return "this processor has no fused multiply-add, or it is switched off (-XX:-UseFMA)";
        }
        return null;
    }

    private static VectorSupport read() {
        boolean module = ModuleLayer.boot().findModule(MODULE).isPresent();
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        String slow = slow(name -> flag(jvm, name), System.getProperty("java.vm.info", ""));
        return new VectorSupport(module, module ? FloatVector.SPECIES_PREFERRED.vectorBitSize() : 0, slow);
    }

    private static @Nullable String flag(@Nullable HotSpotDiagnosticMXBean jvm, String name) {
        try {
            return jvm == null ? null : jvm.getVMOption(name).getValue();
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /** Read once. */
    private static final class OfThisJvm {
        static final VectorSupport SUPPORT = read();
    }
}
