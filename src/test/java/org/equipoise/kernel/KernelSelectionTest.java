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
        return KernelSelection.decide(new Request(kernels, bits, required, module, hardware));
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

    /** The JDK itself says what is widest; a width of nothing would silently be scalar code. */
    @Test
    void theProcessorHasTheVectorsThatTheJdkPrefers() {
        assertEquals(VectorShape.preferredShape().vectorBitSize(), VectorHardware.preferredBits());
    }

    @Test
    void thisJvmRunsWhatWasDecided() {
        KernelSelection selection = KernelSelection.ofThisJvm();
        Kernels kernels = selection.kernels();
        assertEquals(selection.vector() ? "vector" : "scalar", kernels.name());
        assertEquals(selection.vectorBits(), kernels.vectorBits());
    }
}
