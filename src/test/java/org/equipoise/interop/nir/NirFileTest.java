package org.equipoise.interop.nir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NirFileTest {
    private static final float[] KERNEL = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = folder.resolve("a.nir");
        String usual = System.getProperty("java.io.tmpdir");
        // The folder of the file is enough.
        System.setProperty("java.io.tmpdir", "/missing");
        try {
            NirFile.write(file, graph(NirNode.Pooling.AVERAGE));
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }
        NirGraph read = NirFile.read(file);
        assertEquals(
                List.of("input", "conv_1", "pool_1", "neurons_1", "flatten_2", "linear_2", "output"),
                List.copyOf(read.nodes().keySet()));
        assertEquals(Map.of("approximation", "ε only"), read.metadata());
        NirNode.Conv2d conv = (NirNode.Conv2d) read.nodes().get("conv_1");
        assertEquals(Shape.of(4, 1, 2, 2), conv.weight().shape());
        assertArrayEquals(KERNEL, conv.weight().values());
        assertEquals(List.of(2, 1), List.of(conv.stride(), conv.padding()));
        assertEquals(
                new NirNode.Pool2d(NirNode.Pooling.AVERAGE, 2), read.nodes().get("pool_1"));
        NirNode.IntegrateAndFire neurons =
                (NirNode.IntegrateAndFire) read.nodes().get("neurons_1");
        assertEquals(Shape.of(4, 2, 1), neurons.r().shape());
        assertEquals(2f, neurons.threshold().values()[7]);
        assertEquals(new NirNode.Flatten(Shape.of(4, 2, 1)), read.nodes().get("flatten_2"));
        assertEquals(
                Shape.of(3, 8),
                ((NirNode.Affine) read.nodes().get("linear_2")).weight().shape());

        byte[] first = Files.readAllBytes(file);
        NirFile.write(file, graph(NirNode.Pooling.AVERAGE));
        assertArrayEquals(first, Files.readAllBytes(file));
        NirFile.write(file, graph(NirNode.Pooling.SUM));
        assertEquals("SumPool2d", NirFile.read(file).nodes().get("pool_1").type());
    }

    @Test
    void refusesNodesThatTheReferenceReaderCouldNotBuild() {
        assertRefused("shapes", neurons -> {
            neurons.putDataset("r", new float[] {1, 1});
            neurons.putDataset("v_threshold", new float[] {1, 1});
            neurons.putDataset("v_reset", new float[] {0});
        });
        assertRefused("v_reset", neurons -> {
            neurons.putDataset("r", new float[] {1, 1});
            neurons.putDataset("v_threshold", new float[] {1, 1});
        });
        assertRefused("note", neurons -> {
            put(neurons);
            neurons.putDataset("note", "text beside parameters");
        });
        assertRefused("float32", neurons -> {
            neurons.putDataset("r", new double[] {1, 1});
            neurons.putDataset("v_threshold", new float[] {1, 1});
            neurons.putDataset("v_reset", new float[] {0, 0});
        });
    }

    @Test
    void metadataOfANodeMayStandInItsGroup() {
        Path file = foreign(neurons -> {
            put(neurons);
            neurons.putGroup("metadata").putDataset("note", "text");
        });
        assertEquals(3, NirFile.read(file).nodes().size());
    }

    @Test
    void refusesWhatIsNoChain() {
        assertRefused("chain", NirFileTest::put, new String[][] {{"in", "neurons"}});
        assertRefused("chain", NirFileTest::put, new String[][] {{"in", "neurons"}, {"in", "out"}});
        assertRefused("edges between", NirFileTest::put, new String[][] {{"in", "neurons"}, {"neurons", "nobody"}});
    }

    @Test
    void refusesFilesOfOtherKinds() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no HDF5 at all");
        assertTrue(assertThrows(BadInputException.class, () -> NirFile.read(text))
                .getMessage()
                .contains("HDF5"));
        Path other = folder.resolve("other.h5");
        try (WritableHdfFile hdf = HdfFile.write(other)) {
            hdf.putDataset("x", new float[] {1});
        }
        assertTrue(assertThrows(BadInputException.class, () -> NirFile.read(other))
                .getMessage()
                .contains("node"));
    }

    @Test
    void aGraphWhoseShapesDisagreeCannotBeMade() {
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("in", new NirNode.Input(Shape.of(3)));
        nodes.put("out", new NirNode.Output(Shape.of(4)));
        assertTrue(assertThrows(BadInputException.class, () -> new NirGraph(nodes, new LinkedHashMap<>()))
                .getMessage()
                .contains("[3]"));
    }

    private void assertRefused(String part, Consumer<WritableGroup> neurons) {
        assertRefused(part, neurons, new String[][] {{"in", "neurons"}, {"neurons", "out"}});
    }

    private void assertRefused(String part, Consumer<WritableGroup> neurons, String[][] edges) {
        Path file = foreign(neurons, edges);
        String message =
                assertThrows(BadInputException.class, () -> NirFile.read(file)).getMessage();
        assertTrue(message.contains(part) || part.equals("shapes") && message.contains("one shape"), message);
    }

    private static void put(WritableGroup neurons) {
        neurons.putDataset("r", new float[] {1, 1});
        neurons.putDataset("v_threshold", new float[] {1, 1});
        neurons.putDataset("v_reset", new float[] {0, 0});
    }

    private Path foreign(Consumer<WritableGroup> neurons) {
        return foreign(neurons, new String[][] {{"in", "neurons"}, {"neurons", "out"}});
    }

    /** A file by another writer: two neurons between input and output. */
    private Path foreign(Consumer<WritableGroup> neurons, String[][] edges) {
        Path file = folder.resolve("foreign.nir");
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("version", "1.0.6");
            WritableGroup root = hdf.putGroup("node");
            root.putDataset("type", "NIRGraph");
            root.putDataset("edges", edges);
            WritableGroup nodes = root.putGroup("nodes");
            WritableGroup in = nodes.putGroup("in");
            in.putDataset("type", "Input");
            in.putDataset("shape", new long[] {2});
            WritableGroup group = nodes.putGroup("neurons");
            group.putDataset("type", "IF");
            neurons.accept(group);
            WritableGroup out = nodes.putGroup("out");
            out.putDataset("type", "Output");
            out.putDataset("shape", new long[] {2});
        }
        return file;
    }

    private static NirGraph graph(NirNode.Pooling pooling) {
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(Shape.of(1, 7, 4)));
        nodes.put(
                "conv_1",
                new NirNode.Conv2d(
                        7, 4, new NirTensor(Shape.of(4, 1, 2, 2), KERNEL), 2, 1, NirTensor.full(Shape.of(4), .5f)));
        nodes.put("pool_1", new NirNode.Pool2d(pooling, 2));
        Shape map = Shape.of(4, 2, 1);
        nodes.put(
                "neurons_1",
                new NirNode.IntegrateAndFire(
                        NirTensor.full(map, 1f), NirTensor.full(map, 2f), NirTensor.full(map, 0f)));
        nodes.put("flatten_2", new NirNode.Flatten(map));
        nodes.put("linear_2", new NirNode.Affine(NirTensor.full(Shape.of(3, 8), 1f), NirTensor.full(Shape.of(3), 0f)));
        nodes.put("output", new NirNode.Output(Shape.of(3)));
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("approximation", "ε only");
        return new NirGraph(nodes, metadata);
    }
}
