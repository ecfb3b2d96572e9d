package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors count as slow where C2 does not compile them or the processor has no fused multiply-add. */
class VectorSupportTest {
    /** A HotSpot JVM that was started without options. */
    private static final Map<String, String> USUAL = Map.of(
            "UseCompiler", "true",
            "TieredCompilation", "true",
            "TieredStopAtLevel", "4",
            "MaxVectorSize", "32",
            "UseFMA", "true");

    private static final String MIXED = "mixed mode, sharing";

    private static @Nullable String slow(String flag, @Nullable String value) {
        Map<String, String> flags = new HashMap<>(USUAL);
        if (value == null) {
            flags.remove(flag);
        } else {
            flags.put(flag, value);
        }
        return VectorSupport.slow(flags::get, MIXED);
    }

    @Test
    void nothingMakesVectorsSlowInAnOrdinaryJvm() {
        assertNull(VectorSupport.slow(USUAL::get, MIXED));
        assertNull(slow("UseJVMCICompiler", "false"));
        assertNull(slow("EnableVectorSupport", "true"));
        assertNull(slow("UseFMA", null), "a JVM that has no such flag");
    }

    @ParameterizedTest
    @CsvSource({
        "UseCompiler, false, this JVM compiles nothing (-Xint)",
        "UseJVMCICompiler, true, another compiler takes the place of C2 (-XX:+UseJVMCICompiler)",
        "MaxVectorSize, , this JVM has no C2 compiler",
        "TieredStopAtLevel, 0, the C2 compiler is switched off (-XX:TieredStopAtLevel=0)",
        "TieredStopAtLevel, 3, the C2 compiler is switched off (-XX:TieredStopAtLevel=3)",
        "EnableVectorSupport, false, the C2 compiler was told not to compile them (-XX:-EnableVectorSupport)",
        "UseFMA, false, 'this processor has no fused multiply-add, or it is switched off (-XX:-UseFMA)'",
    })
    void aFlagMakesThemSlow(String flag, @Nullable String value, String reason) {
        assertEquals(reason, slow(flag, value));
    }

    @Test
    void clientModeMakesThemSlow() {
        String mode = "mixed mode, emulated-client, sharing";
        assertEquals("the C2 compiler is switched off (" + mode + ")", VectorSupport.slow(USUAL::get, mode));
    }

    /** Without levels C2 compiles everything, and how many levels there would be does not matter. */
    @Test
    void levelsMatterWhereThereAreLevels() {
        Map<String, String> flags = new HashMap<>(USUAL);
        flags.put("TieredCompilation", "false");
        flags.put("TieredStopAtLevel", "1");
        assertNull(VectorSupport.slow(flags::get, MIXED));
    }
}
