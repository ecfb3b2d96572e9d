package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

/** A JVM that was started without the Vector API learns the same bits on scalar code, and says why. */
class WithoutVectorsTest {
    private static final int COUNT = 10;

    /** Runs in the other JVM. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try (Equipoise network = Stripes.builder().open()) {
                System.out.println(network.kernelsReason());
                System.out.println(learnt(network));
            }
            try {
                Stripes.builder().kernels(KernelChoice.VECTOR).open().close();
            } catch (BadInputException refusal) {
                System.out.println(refusal.getMessage());
            }
        }
    }

    private static String learnt(Equipoise network) {
        network.train(Stripes.images(COUNT), Stripes.labels(COUNT));
        return Arrays.deepToString(network.outputs(Stripes.images(COUNT)));
    }

    @Test
    void everythingWorksOnScalarCode() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor(), lines.toString());
        assertEquals(3, lines.size(), lines.toString());
        assertEquals("the JVM was started without --add-modules jdk.incubator.vector", lines.get(0));
        try (Equipoise network = Stripes.builder().open()) {
            assertEquals(learnt(network), lines.get(1));
        }
        assertTrue(
                lines.get(2)
                        .startsWith("Vector kernels were asked for but the JVM was started without --add-modules"
                                + " jdk.incubator.vector; "),
                lines.get(2));
    }
}
