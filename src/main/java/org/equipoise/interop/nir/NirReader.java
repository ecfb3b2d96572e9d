package org.equipoise.interop.nir;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;

/** Builds each node from the datasets of its group, as the reference reader does: by name, with none missing and none to spare. */
final class NirReader {
    private static final String METADATA = "metadata";
    private static final String TYPE = "type";

    private final Path file;

    NirReader(Path file) {
        this.file = file;
    }

    NirGraph graph(Group root) {
        requireNames(root, Set.of("version", "node"), Set.of());
        text(root, "version");
        Group graph = group(root, "node");
        requireNames(graph, Set.of(TYPE, "nodes", "edges"), Set.of(METADATA));
        require(text(graph, TYPE).equals("NIRGraph"), "a node of the type " + text(graph, TYPE), "a NIRGraph");
        Map<String, NirNode> nodes = new TreeMap<>();
        for (Map.Entry<String, Node> entry : group(graph, "nodes").getChildren().entrySet()) {
            require(entry.getValue() instanceof Group, "a node '" + entry.getKey() + "' that is no group", "a group");
            nodes.put(entry.getKey(), node((Group) entry.getValue()));
        }
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        if (graph.getChildren().containsKey(METADATA)) {
            Group said = group(graph, METADATA);
            new TreeSet<>(said.getChildren().keySet()).forEach(name -> metadata.put(name, text(said, name)));
        }
        return new NirGraph(chain(nodes, dataset(graph, "edges")), metadata);
    }

    private SequencedMap<String, NirNode> chain(Map<String, NirNode> nodes, Dataset edges) {
        int[] shape = edges.getDimensions();
        require(shape.length == 2 && shape[1] == 2, "edges of the shape " + Arrays.toString(shape), "(edges, 2)");
        Map<String, String> next = new LinkedHashMap<>();
        Set<String> reached = new TreeSet<>();
        for (Object edge : (Object[]) edges.getData()) {
            String from = String.valueOf(((Object[]) edge)[0]);
            String to = String.valueOf(((Object[]) edge)[1]);
            require(
                    nodes.containsKey(from) && nodes.containsKey(to),
                    "an edge from '" + from + "' to '" + to + "'",
                    "edges between its nodes");
            require(
                    next.put(from, to) == null && reached.add(to),
                    "several edges at '" + from + "' or '" + to + "'",
                    "a chain");
        }
        Set<String> first = new TreeSet<>(nodes.keySet());
        first.removeAll(reached);
        require(first.size() == 1 && next.size() == nodes.size() - 1, "nodes that no edges connect", "a chain");
        SequencedMap<String, NirNode> chain = new LinkedHashMap<>();
        for (String at = first.iterator().next(); at != null; at = next.get(at)) {
            chain.put(at, nodes.get(at));
        }
        return chain;
    }

    private NirNode node(Group group) {
        String type = text(group, TYPE);
        return switch (type) {
            case "Input" -> new NirNode.Input(Shape.of(whole(only(group, "shape"), "shape")));
            case "Output" -> new NirNode.Output(Shape.of(whole(only(group, "shape"), "shape")));
            case "Conv2d" -> convolution(group);
            case "AvgPool2d" -> pool(group, NirNode.Pooling.AVERAGE);
            case "SumPool2d" -> pool(group, NirNode.Pooling.SUM);
            case "Flatten" -> {
                only(group, "input_type", "start_dim", "end_dim");
                require(number(group, "start_dim") == 0, "a Flatten that keeps dimensions", "start_dim 0");
                require(number(group, "end_dim") == -1, "a Flatten that keeps dimensions", "end_dim -1");
                yield new NirNode.Flatten(Shape.of(whole(group, "input_type")));
            }
            case "Affine" -> {
                only(group, "weight", "bias");
                yield new NirNode.Affine(tensor(group, "weight"), tensor(group, "bias"));
            }
            case "IF" -> {
                only(group, "r", "v_threshold", "v_reset");
                yield new NirNode.IntegrateAndFire(
                        tensor(group, "r"), tensor(group, "v_threshold"), tensor(group, "v_reset"));
            }
            default ->
                throw refusal(
                        "a node of the type " + type,
                        "one of Input, Conv2d, AvgPool2d, SumPool2d, Flatten, Affine, IF, Output");
        };
    }

    private NirNode convolution(Group group) {
        only(group, "input_shape", "weight", "bias", "stride", "padding", "dilation", "groups");
        require(side(group, "dilation") == 1 && number(group, "groups") == 1, "dilation or groups", "neither");
        long[] shape = whole(group, "input_shape");
        require(shape.length == 2, "an input_shape of " + shape.length + " sizes", "(height, width)");
        return new NirNode.Conv2d(
                shape[0],
                shape[1],
                tensor(group, "weight"),
                side(group, "stride"),
                side(group, "padding"),
                tensor(group, "bias"));
    }

    private NirNode pool(Group group, NirNode.Pooling pooling) {
        only(group, "kernel_size", "stride", "padding");
        int size = side(group, "kernel_size");
        require(
                size == side(group, "stride") && side(group, "padding") == 0,
                "windows that overlap",
                "ones that do not");
        return new NirNode.Pool2d(pooling, size);
    }

    private Group only(Group group, String... names) {
        Set<String> all = new TreeSet<>(Set.of(names));
        all.add(TYPE);
        requireNames(group, all, Set.of(METADATA));
        return group;
    }

    private void requireNames(Group group, Set<String> needed, Set<String> possible) {
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(group.getChildren().keySet());
        require(missing.isEmpty(), "no " + missing + " in " + group.getPath(), "it there");
        Set<String> foreign = new TreeSet<>(group.getChildren().keySet());
        foreign.removeAll(needed);
        foreign.removeAll(possible);
        require(foreign.isEmpty(), foreign + " in " + group.getPath(), "only " + new TreeSet<>(needed));
    }

    private Group group(Group parent, String name) {
        if (parent.getChild(name) instanceof Group group) {
            return group;
        }
        throw refusal("no group " + name + " in " + parent.getPath(), "one");
    }

    private Dataset dataset(Group group, String name) {
        if (group.getChildren().get(name) instanceof Dataset dataset) {
            return dataset;
        }
        throw refusal("no dataset " + name + " in " + group.getPath(), "one");
    }

    private String text(Group group, String name) {
        if (dataset(group, name).getData() instanceof String text) {
            return text;
        }
        throw refusal("no text as " + name + " in " + group.getPath(), "a string");
    }

    private long number(Group group, String name) {
        if (dataset(group, name).getData() instanceof Long number) {
            return number;
        }
        throw refusal("no single whole number as " + name + " in " + group.getPath(), "one");
    }

    private long[] whole(Group group, String name) {
        if (dataset(group, name).getData() instanceof long[] numbers) {
            return numbers;
        }
        throw refusal("no row of whole numbers as " + name + " in " + group.getPath(), "one");
    }

    private int side(Group group, String name) {
        long[] sides = whole(group, name);
        require(
                sides.length == 2 && sides[0] == sides[1] && sides[0] >= 0 && sides[0] < 1 << 16,
                name + " " + Arrays.toString(sides),
                "the same number for rows and columns");
        return (int) sides[0];
    }

    private NirTensor tensor(Group group, String name) {
        Dataset dataset = dataset(group, name);
        if (dataset.getDataFlat() instanceof float[] values) {
            return new NirTensor(Shape.of(dataset.getDimensionsAsLong()), values);
        }
        throw refusal("no float32 numbers as " + name + " in " + group.getPath(), "an array of them");
    }

    private void require(boolean holds, String found, String expected) {
        if (!holds) {
            throw refusal(found, expected);
        }
    }

    private BadInputException refusal(String found, String expected) {
        return new BadInputException(file + " has " + found + "; " + expected + " was expected.");
    }
}
