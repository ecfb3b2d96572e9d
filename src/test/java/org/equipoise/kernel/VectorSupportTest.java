package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.ChildJvm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
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

    /** What other JVMs on this machine say of themselves. */
    @Nested
    class InOtherJvms {
        @BeforeAll
        static void vectorsAreThere() {
            Assumptions.assumeTrue(VectorSupport.ofThisJvm().absent() == null, "this machine has no vectors");
        }

        private static String info(String... options) {
            return new ChildJvm("org.equipoise.cli.Main", List.of(options)).run(List.of("info", "--json"));
        }

        @ParameterizedTest
        @CsvSource({
            "-XX:TieredStopAtLevel=1, the C2 compiler is switched off (-XX:TieredStopAtLevel=1)",
            "-XX:-UseFMA, 'this processor has no fused multiply-add, or it is switched off (-XX:-UseFMA)'",
            "-XX:CompilationMode=quick-only, the C2 compiler is switched off (mixed mode, emulated-client",
            "-Xint, this JVM compiles nothing (-Xint)",
        })
        void scalarCodeRunsAndTheReasonIsGiven(String option, String reason) {
            String scalar = info(option);
            assertTrue(scalar.contains("\"kernels\":\"scalar\",\"vectorBits\":0"), scalar);
            assertTrue(scalar.contains("vectors would be slow, because " + reason), scalar);
        }

        @Test
        void slowVectorsAreHadForTheAskingAndRefusedWhereFastOnesAreRequired() {
            String vector = info("-XX:TieredStopAtLevel=1", "-Dequipoise.kernels=vector");
            assertTrue(vector.contains("\"kernels\":\"vector\""), vector);
            assertTrue(vector.contains("they will be slow, because "), vector);
            String refusal = assertThrows(
                            WorkFailedException.class,
                            () -> info("-XX:TieredStopAtLevel=1", "-Dequipoise.requireVector=true"))
                    .getMessage();
            assertTrue(refusal.contains("exit code 2: Vector kernels were required but would be slow"), refusal);
        }
    }
}
