package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.equipoise.kernel.KernelRunGuard.Run;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.support.ReflectionSupport;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is skipped in one run of the tests runs in another: on every machine, each implementation that it has is tested once. */
class KernelRunGuardTest {
    private static final Set<String> KERNELS = Set.of("kernels");
    private static final Set<String> TWINS = Set.of("kernels", KernelRunGuard.TWIN);
    private static final List<Integer> WIDTHS = List.of(128, 256, 512);

    /** Machines without vectors, with narrow, slow and ever wider ones. */
    static Stream<VectorSupport> machines() {
        return Stream.of(
                new VectorSupport(true, 64, null),
                new VectorSupport(true, 128, null),
                new VectorSupport(true, 256, null),
                new VectorSupport(true, 256, "this JVM has no C2 compiler"),
                new VectorSupport(true, 512, null),
                new VectorSupport(true, 1024, null));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void everyImplementationOfAMachineIsTestedOnce(VectorSupport machine) throws Exception {
        List<Integer> implementations = new ArrayList<>(List.of(0));
        WIDTHS.stream().filter(width -> width <= machine.bits()).forEach(implementations::add);
        assertEquals(implementations, tested(machine, KERNELS));
        implementations.remove(0);
        assertEquals(implementations, tested(machine, TWINS), "comparisons with scalar code");
    }

    /** The widths at which a test with these tags runs, ascending, 0 for scalar code. */
    private static List<Integer> tested(VectorSupport machine, Set<String> tags) throws Exception {
        List<Run> runs = new ArrayList<>(List.of(new Run(null, null, false)));
        runs.addAll(runsOfThePom());
        return runs.stream()
                .filter(run -> run.skips(tags, machine) == null)
                .map(run -> run.selection(machine).vectorBits())
                .sorted()
                .toList();
    }

    private static List<Run> runsOfThePom() throws Exception {
        List<Run> runs = new ArrayList<>();
        NodeList executions = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getElementsByTagName("execution");
        for (int i = 0; i < executions.getLength(); i++) {
            Element execution = (Element) executions.item(i);
            if (execution.getElementsByTagName("groups").getLength() > 0) {
                assertEquals("kernels", text(execution, "groups"));
                assertNull(text(execution, "excludedGroups"));
                runs.add(new Run(
                        text(execution, KernelSelection.KERNELS),
                        text(execution, KernelSelection.VECTOR_BITS),
                        Boolean.parseBoolean(text(execution, KernelRunGuard.AFTER_DEFAULT_RUN))));
            }
        }
        return runs;
    }

    private static String text(Element element, String name) {
        NodeList found = element.getElementsByTagName(name);
        return found.getLength() == 0 ? null : found.item(0).getTextContent();
    }

    /** A twin that is not tagged for the runs of all widths would be left to the machine's own width. */
    @Test
    void comparisonsWithScalarCodeRunAtAllWidths() throws Exception {
        Set<String> twins = new TreeSet<>();
        for (Class<?> each : testClasses()) {
            boolean kernels = tagged(each.getAnnotationsByType(Tag.class), "kernels");
            if (tagged(each.getAnnotationsByType(Tag.class), KernelRunGuard.TWIN)) {
                assertTrue(kernels, each.getName());
                twins.add(each.getSimpleName());
            }
            for (var method : each.getDeclaredMethods()) {
                if (tagged(method.getAnnotationsByType(Tag.class), KernelRunGuard.TWIN)) {
                    assertTrue(kernels || tagged(method.getAnnotationsByType(Tag.class), "kernels"), method.toString());
                    twins.add(each.getSimpleName());
                }
            }
        }
        assertTrue(twins.contains("SpikeKernelsTest"), "twins are found: " + twins);
    }

    private static boolean tagged(Tag[] tags, String name) {
        return Stream.of(tags).anyMatch(tag -> tag.value().equals(name));
    }

    private static List<Class<?>> testClasses() throws IOException, URISyntaxException {
        Path root = Path.of(KernelRunGuardTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertTrue(Files.isDirectory(root));
        return ReflectionSupport.findAllClassesInClasspathRoot(
                root.toUri(), each -> true, name -> name.startsWith("org.equipoise.") && name.endsWith("Test"));
    }

    @Test
    void reasonsAreGiven() {
        VectorSupport machine = new VectorSupport(true, 256, null);
        assertEquals(
                "Vectors of 512 bits were asked for; this machine has 256",
                new Run("vector", "512", false).skips(KERNELS, machine));
        assertEquals(
                "Vectors of 256 bits were tested by the default run",
                new Run("vector", "256", true).skips(KERNELS, machine));
        assertNull(new Run("vector", "256", false).skips(KERNELS, machine), "when there was no default run");
        assertNull(new Run("vector", "128", true).skips(TWINS, machine));
        assertEquals("Scalar code would be compared with itself", new Run("scalar", null, true).skips(TWINS, machine));
        assertNull(new Run("scalar", null, true).skips(KERNELS, machine));
        assertEquals(
                "Scalar code was tested by the default run",
                new Run("scalar", null, true).skips(KERNELS, new VectorSupport(true, 64, null)));
    }
}
