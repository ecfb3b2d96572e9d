package org.equipoise.interop.nir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;

/** A network as a chain of nodes from an input to an output, each of which leads to the next. */
public record NirGraph(SequencedMap<String, NirNode> nodes, SequencedMap<String, String> metadata) {
    /**
     * Copies both and follows the shapes.
     *
     * @throws BadInputException if the chain has no two ends or a node cannot take what the one before gives
     */
    public NirGraph {
        nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
        metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
        if (nodes.isEmpty()
                || !(nodes.firstEntry().getValue() instanceof NirNode.Input input)
                || !(nodes.lastEntry().getValue() instanceof NirNode.Output)) {
            throw new BadInputException("A NIR graph has nodes of the kinds "
                    + nodes.values().stream().map(NirNode::type).toList()
                    + "; a chain from an Input to an Output was expected.");
        }
        Shape shape = input.shape();
        for (Map.Entry<String, NirNode> node : nodes.entrySet()) {
            shape = node.getValue().output(shape);
        }
    }

    /** {@return the same network with more metadata} */
    public NirGraph withMetadata(Map<String, String> more) {
        SequencedMap<String, String> all = new LinkedHashMap<>(metadata);
        all.putAll(more);
        return new NirGraph(nodes, all);
    }
}
