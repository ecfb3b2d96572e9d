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
import org.equipoise.error.BadInputException;
import org.equipoise.interop.AtomicFile;
import org.equipoise.interop.Shape;

/** Reads and writes NIR graphs, HDF5 files as version 1 of the format has them. */
public final class NirFile {
    /** The version of the format, as the reference implementation counts its own. */
    static final String VERSION = "1.0.0";

    private NirFile() {}

    /**
     * Writes a graph, whole or not at all; equal graphs give equal bytes.
     *
     * @param file the file to make or replace
     * @param graph what it shall hold
     * @throws BadInputException if its folder does not exist, or the name belongs to something that is not a file
     * @throws org.equipoise.error.WorkFailedException if it cannot be written
     */
    public static void write(Path file, NirGraph graph) {
        AtomicFile.write(file, out -> {
            // The library writes to files alone.
            Path whole = Files.createTempFile("equipoise-", ".nir");
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
                put(group, node);
            });
            if (!graph.metadata().isEmpty()) {
                WritableGroup metadata = root.putGroup("metadata");
                graph.metadata().forEach(metadata::putDataset);
            }
        }
    }

    private static void put(WritableGroup group, NirNode node) {
        switch (node) {
            case NirNode.Input input -> group.putDataset("shape", sizes(input.shape()));
            case NirNode.Output output -> group.putDataset("shape", sizes(output.shape()));
            case NirNode.Conv2d conv -> {
                group.putDataset("input_shape", new long[] {conv.inputHeight(), conv.inputWidth()});
                group.putDataset("weight", nested(conv.weight()));
                group.putDataset("bias", nested(conv.bias()));
                group.putDataset("stride", square(conv.stride()));
                group.putDataset("padding", square(conv.padding()));
                group.putDataset("dilation", square(1));
                group.putDataset("groups", 1L);
            }
            case NirNode.Pool2d pool -> {
                group.putDataset("kernel_size", square(pool.size()));
                group.putDataset("stride", square(pool.size()));
                group.putDataset("padding", square(0));
            }
            case NirNode.Flatten flatten -> {
                group.putDataset("input_type", sizes(flatten.inputShape()));
                group.putDataset("start_dim", 0L);
                group.putDataset("end_dim", -1L);
            }
            case NirNode.Affine affine -> {
                group.putDataset("weight", nested(affine.weight()));
                group.putDataset("bias", nested(affine.bias()));
            }
            case NirNode.IntegrateAndFire neurons -> {
                group.putDataset("r", nested(neurons.r()));
                group.putDataset("v_threshold", nested(neurons.threshold()));
                group.putDataset("v_reset", nested(neurons.reset()));
            }
        }
    }

    private static long[] sizes(Shape shape) {
        return shape.sizes().stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] square(int side) {
        return new long[] {side, side};
    }

    /** Java's arrays of arrays, which is how the library takes a shape. */
    private static Object nested(NirTensor tensor) {
        return nested(tensor.values(), sizes(tensor.shape()), 0, new int[] {0});
    }

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
     * @param file a NIR file
     * @return its graph
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
