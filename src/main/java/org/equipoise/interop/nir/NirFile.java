package org.equipoise.interop.nir;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.AtomicFile;
import org.equipoise.interop.Shape;

/** Reads and writes NIR graphs, HDF5 files as version 1 of the format has them. */
public final class NirFile {
    /** The version of the format, as the reference implementation counts its own. */
    static final String VERSION = "1.0.0";

    private NirFile() {}

    /** Writes a graph as {@link AtomicFile#write} does: whole or not at all. Equal graphs give equal bytes. */
    public static void write(Path file, NirGraph graph) {
        AtomicFile.write(file, out -> {
            // The library writes to files alone, here beside the target, which can be written where a temporary folder
            // cannot.
            Path whole = AtomicFile.unfinishedBeside(file);
            try {
                write(graph, whole);
                Files.copy(whole, out);
            } catch (HdfException e) {
                throw new IOException(e.getMessage(), e);
            } finally {
                Files.deleteIfExists(whole);
            }
        });
    }

    private static void write(NirGraph graph, Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("version", VERSION);
            WritableGroup root = hdf.putGroup("node");
            root.putDataset("type", "NIRGraph");
            List<String> names = List.copyOf(graph.nodes().keySet());
            String[][] edges = new String[names.size() - 1][];
            for (int i = 0; i < edges.length; i++) {
                edges[i] = new String[] {names.get(i), names.get(i + 1)};
            }
            root.putDataset("edges", edges);
            WritableGroup nodes = root.putGroup("nodes");
            graph.nodes().forEach((name, node) -> {
                WritableGroup group = nodes.putGroup(name);
                group.putDataset("type", node.type());
                new Writer(group, node).node(node.type());
            });
            if (!graph.metadata().isEmpty()) {
                WritableGroup metadata = root.putGroup("metadata");
                graph.metadata().forEach(metadata::putDataset);
            }
        }
    }

    /** Writes the datasets of a node. */
    private record Writer(WritableGroup group, NirNode node) implements NirFields {
        @Override
        public <N extends NirNode, T> T get(String name, Class<T> form, Class<N> kind, Function<N, T> of) {
            T value = of.apply(kind.cast(node));
            Object stored = switch (value) {
                case Shape shape -> sizes(shape);
                case Integer side -> new long[] {side, side};
                case NirTensor tensor -> nested(tensor.values(), sizes(tensor.shape()), 0, new int[] {0});
                default -> value;
            };
            group.putDataset(name, stored);
            return value;
        }

        @Override
        public void require(boolean holds, String found, String expected) {}
    }

    private static long[] sizes(Shape shape) {
        return shape.sizes().stream().mapToLong(Long::longValue).toArray();
    }

    /** Java's arrays of arrays, which is how the library takes a shape. */
    private static Object nested(float[] values, long[] shape, int dimension, int[] next) {
        int size = Math.toIntExact(shape[dimension]);
        if (dimension == shape.length - 1) {
            float[] row = new float[size];
            System.arraycopy(values, next[0], row, 0, size);
            next[0] += size;
            return row;
        }
        Object first = nested(values, shape, dimension + 1, next);
        Object array = Array.newInstance(first.getClass(), size);
        Array.set(array, 0, first);
        for (int i = 1; i < size; i++) {
            Array.set(array, i, nested(values, shape, dimension + 1, next));
        }
        return array;
    }

    /**
     * Reads a graph by the rules of the reference reader, or refuses it.
     *
     * @return the graph of a NIR file
     * @throws BadInputException if it is missing, damaged, or not a chain of the kinds of nodes that this program writes, with
     *     exactly the datasets these have
     */
    public static NirGraph read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(file + " is not a file; a NIR graph was expected.");
        }
        try (HdfFile hdf = new HdfFile(file)) {
            return new NirReader(file).graph(hdf);
        } catch (HdfException e) {
            throw new BadInputException(file + " is damaged or not HDF5, which a NIR graph was expected to be.", e);
        }
    }
}
