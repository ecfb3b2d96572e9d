package org.equipoise.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is checked in is what the generator writes. */
class KernelSourcesTest {
    @TestFactory
    Stream<DynamicTest> checkedInSourcesAreThoseGenerated() {
        return KernelSources.all().entrySet().stream()
                .map(source -> DynamicTest.dynamicTest(
                        source.getKey(),
                        () -> assertEquals(
                                source.getValue(),
                                Files.readString(KernelSources.FOLDER.resolve(source.getKey() + ".java")))));
    }

    @Test
    void nothingElseIsInTheFolder() throws IOException {
        try (Stream<Path> files = Files.list(KernelSources.FOLDER)) {
            assertEquals(
                    KernelSources.all().keySet().stream()
                            .map(name -> name + ".java")
                            .collect(Collectors.toSet()),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void linesRepeatForVectorsAndGroupsForRows() {
        String filled = new Template("""
                long {r}From,
                #each
                FloatVector {r} = x;
                {r}{v} = {sum};
                #end
                slice({size}, load({at}), 1{+at});
                sum{v} = load({at}, at{+lane});
                """).fill(2, 2);
        assertEquals("""
                long aFrom,
                long bFrom,
                FloatVector a = x;
                a0 = 0;
                a1 = COUNT;
                FloatVector b = x;
                b0 = 2 * COUNT;
                b1 = 3 * COUNT;
                slice(2L * BYTES, load(0), 1);
                sum0 = load(0, at);
                sum1 = load(BYTES, at + COUNT);
                """, filled);
    }
}
