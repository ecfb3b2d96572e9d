package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.VectorShape;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelSelectionTest {
    private static KernelSelection decide(
            @Nullable String kernels, @Nullable String bits, @Nullable String required, boolean module, int hardware) {
        return decide(kernels, bits, required, new VectorSupport(module, hardware, null));
    }

    private static KernelSelection decide(
            @Nullable String kernels, @Nullable String bits, @Nullable String required, VectorSupport support) {
        return KernelSelection.decide(new Request(kernels, bits, required, support));
    }

    @ParameterizedTest
    @CsvSource({
        ",,,true,512,true,512",
        ",,,true,256,true,256",
        ",,,true,1024,true,512",
        ",,,true,64,false,0",
        ",,,false,0,false,0",
        "scalar,,,true,512,false,0",
        "scalar,256,,true,512,false,0",
        "vector,,,true,256,true,256",
        "vector,128,true,true,512,true,128",
        ",256,false,true,256,true,256",
    })
    void picksTheWidestThatIsThereUnlessAskedOtherwise(
            @Nullable String kernels,
            @Nullable String bits,
            @Nullable String required,
            boolean module,
            int hardware,
            boolean vector,
            int width) {
        KernelSelection selection = decide(kernels, bits, required, module, hardware);
        assertEquals(vector, selection.vector());
        assertEquals(width, selection.vectorBits());
        assertTrue(selection.reason().length() > 10);
    }

    @ParameterizedTest
    @CsvSource({
        "simd,,,true,512,simd",
        ",384,,true,512,384",
        ",wide,,true,512,wide",
        ",512,,true,256,256",
        ",,maybe,true,512,maybe",
        "scalar,,true,true,512,contradicts",
        "vector,,,false,0,--add-modules",
        ",256,,false,0,--add-modules",
        ",,true,false,0,--add-modules",
        ",,true,true,64,required",
    })
    void refusesInOneSentenceWhatCannotBeHad(
            @Nullable String kernels,
            @Nullable String bits,
            @Nullable String required,
            boolean module,
            int hardware,
            String named) {
        String message = assertThrows(BadInputException.class, () -> decide(kernels, bits, required, module, hardware))
                .getMessage();
        assertTrue(message.contains(named), message);
        assertTrue(message.endsWith("."), message);
    }

    private static final String REASON = "the C2 compiler is switched off (-XX:TieredStopAtLevel=1)";
    private static final VectorSupport SLOW = new VectorSupport(true, 256, REASON);

    @Test
    void vectorsThatWouldBeSlowAreNotUsed() {
        assertEquals(
                new KernelSelection(false, 0, "vectors would be slow, because " + REASON),
                decide(null, null, null, SLOW));
        assertEquals(decide(null, null, null, SLOW), decide(null, null, "false", SLOW));
    }

    @ParameterizedTest
    @CsvSource({"vector,,256", "vector,128,128", ",128,128"})
    void slowVectorsThatWereAskedForAreUsedAndSaidToBeSlow(@Nullable String kernels, @Nullable String bits, int width) {
        KernelSelection selection = decide(kernels, bits, null, SLOW);
        assertTrue(selection.vector());
        assertEquals(width, selection.vectorBits());
        assertTrue(selection.reason().endsWith("; they will be slow, because " + REASON), selection.reason());
    }

    @ParameterizedTest
    @CsvSource({",", "vector,", ",128"})
    void requiredVectorsThatWouldBeSlowAreRefused(@Nullable String kernels, @Nullable String bits) {
        String message = assertThrows(BadInputException.class, () -> decide(kernels, bits, "true", SLOW))
                .getMessage();
        assertEquals(
                "Vector kernels were required but would be slow, because " + REASON
                        + "; a JVM that compiles them for a processor with fused multiply-adds was expected.",
                message);
    }

    /** What is missing altogether is said before what is slow. */
    @Test
    void vectorsThatAreNotThereAreNotCalledSlow() {
        assertEquals(
                "the JVM was started without --add-modules jdk.incubator.vector",
                decide(null, null, null, new VectorSupport(false, 0, REASON)).reason());
        assertEquals(
                "this machine has no vectors of 128 bits or more",
                decide(null, null, null, new VectorSupport(true, 64, REASON)).reason());
    }

    /** The JDK itself says what is widest; a width of nothing would silently be scalar code. */
    @Test
    void theProcessorHasTheVectorsThatTheJdkPrefers() {
        assertEquals(
                VectorShape.preferredShape().vectorBitSize(),
                VectorSupport.ofThisJvm().bits());
    }

    @Test
    void thisJvmRunsWhatWasDecided() {
        KernelSelection selection = KernelSelection.ofThisJvm();
        Kernels kernels = selection.kernels();
        assertEquals(selection.vector() ? "vector" : "scalar", kernels.name());
        assertEquals(selection.vectorBits(), kernels.vectorBits());
    }
}
