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
import java.util.function.Function;
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
        Set<String> names = new TreeSet<>(Set.of(TYPE));
        NirNode node = new NirFields() {
            @Override
            public <N extends NirNode, T> T get(String name, Class<T> form, Class<N> kind, Function<N, T> of) {
                names.add(name);
                requireNames(group, Set.of(name), group.getChildren().keySet());
                return form.cast(value(group, name, form));
            }

            @Override
            public void require(boolean holds, String found, String expected) {
                NirReader.this.require(holds, found, expected);
            }
        }.node(text(group, TYPE));
        requireNames(group, names, Set.of(METADATA));
        return node;
    }

    private Object value(Group group, String name, Class<?> form) {
        if (form == NirTensor.class) {
            return tensor(group, name);
        }
        if (form == Shape.class) {
            return Shape.of(whole(group, name));
        }
        return form == Integer.class ? (Object) side(group, name) : (Object) number(group, name);
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
        return data(group, name, String.class, "no text", "a string");
    }

    private long number(Group group, String name) {
        return data(group, name, Long.class, "no single whole number", "one");
    }

    private long[] whole(Group group, String name) {
        return data(group, name, long[].class, "no row of whole numbers", "one");
    }

    private <T> T data(Group group, String name, Class<T> type, String found, String expected) {
        Object data = dataset(group, name).getData();
        if (!type.isInstance(data)) {
            throw refusal(found + " as " + name + " in " + group.getPath(), expected);
        }
        return type.cast(data);
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
