package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.ChildJvm;
import org.equipoise.kernel.KernelSelection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM in which vectors would be slow runs scalar code and says why. */
class SlowVectorsTest {
    private static final String SCALAR = "\"kernels\":\"scalar\",\"vectorBits\":0";

    @BeforeAll
    static void vectorsAreThere() {
        assumeTrue(KernelSelection.ofThisJvm().vector(), "a machine without vectors, or a JVM in which they are slow");
    }

    private static String info(String... options) {
        return new ChildJvm("org.equipoise.cli.Main", List.of(options)).run(List.of("info", "--json"));
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:TieredStopAtLevel=1, the C2 compiler is switched off (-XX:TieredStopAtLevel=1)",
        "-XX:-UseFMA, 'this processor has no fused multiply-add, or it is switched off (-XX:-UseFMA)'",
        "-XX:CompilationMode=quick-only, 'the C2 compiler is switched off (mixed mode, emulated-client'",
        "-Xint, this JVM compiles nothing (-Xint)",
    })
    void scalarCodeRunsAndTheReasonIsGiven(String option, String reason) {
        String info = info(option);
        assertTrue(info.contains(SCALAR), info);
        assertTrue(info.contains("vectors would be slow, because " + reason), info);
    }

    @Test
    void theReasonIsPrintedForPeople() {
        String info = new ChildJvm("org.equipoise.cli.Main", List.of("-XX:TieredStopAtLevel=1")).run(List.of("info"));
        assertTrue(
                info.contains("scalar kernels: vectors would be slow, because the C2 compiler is switched off"), info);
    }

    @Test
    void slowVectorsAreHadForTheAskingAndRefusedWhereFastOnesAreRequired() {
        String info = info("-XX:TieredStopAtLevel=1", "-Dequipoise.kernels=vector");
        assertTrue(info.contains("\"kernels\":\"vector\""), info);
        assertTrue(info.contains("they will be slow, because the C2 compiler is switched off"), info);
        String refusal = assertThrows(
                        WorkFailedException.class,
                        () -> info("-XX:TieredStopAtLevel=1", "-Dequipoise.requireVector=true"))
                .getMessage();
        assertTrue(refusal.contains("exit code 2: "), refusal);
        assertTrue(
                refusal.contains("Vector kernels were required but would be slow, because the C2 compiler"), refusal);
    }
}
