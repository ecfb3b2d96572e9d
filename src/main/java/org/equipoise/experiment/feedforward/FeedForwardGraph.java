package org.equipoise.experiment.feedforward;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Pooling;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.interop.nir.NirTensor;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.LayerLayout;

/**
 * The connections from the image to the output as a chain of nodes.
 *
 * <p>Integrate-and-fire neurons with the threshold 1 answer a constant current I with clip(I, 0, 1) spikes a step, which is the activation
 * that a neuron of this program settles to; with the threshold 2, clip(I / 2, 0, 1). A softmax readout is an affine node without neurons.
 */
final class FeedForwardGraph {
    private FeedForwardGraph() {}

    /**
     * @throws BadInputException if it has neurons or layers that no node stands for
     */
    static NirGraph of(Configuration configuration, Parameters parameters) {
        float threshold = threshold(configuration.neuron());
        Topology topology = parameters.topology();
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>();
        Shape shape = shape(topology.layout(0));
        nodes.put("input", new NirNode.Input(shape));
        List<LayerSettings> layers = configuration.network().layers();
        for (int l = 0; l < layers.size(); l++) {
            NirTensor weight =
                    new NirTensor(Shape.of(topology.connections().get(l).weightShape()), parameters.weights(l));
            NirTensor bias = new NirTensor(Shape.of(weight.shape().size(0)), parameters.biases(l));
            int number = l + 1;
            switch (layers.get(l)) {
                case LayerSettings.Convolution conv -> {
                    nodes.put(
                            "conv_" + number,
                            new NirNode.Conv2d(
                                    shape.size(1), shape.size(2), weight, conv.stride(), conv.padding(), bias));
                    pool(conv.pooling(), l).ifPresent(pool -> nodes.put("pool_" + number, pool));
                    shape = shape(topology.layout(number));
                }
                case LayerSettings.Linear linear -> {
                    if (shape.rank() == 3) {
                        nodes.put("flatten_" + number, new NirNode.Flatten(shape));
                    }
                    nodes.put("linear_" + number, new NirNode.Affine(weight, bias));
                    shape = bias.shape();
                }
            }
            if (number <= topology.depth()) {
                nodes.put(
                        "neurons_" + number,
                        new NirNode.IntegrateAndFire(
                                NirTensor.full(shape, 1f),
                                NirTensor.full(shape, threshold),
                                NirTensor.full(shape, 0f)));
            }
        }
        nodes.put("output", new NirNode.Output(shape));
        return new NirGraph(nodes, new LinkedHashMap<>());
    }

    private static Shape shape(LayerLayout layout) {
        return Shape.of(layout.channels(), layout.height(), layout.width());
    }

    private static float threshold(NeuronSettings neuron) {
        return switch (neuron) {
            case NeuronSettings.SigmaDelta spiking -> 1f;
            case NeuronSettings.Rate rate ->
                switch (rate.activation()) {
                    case CLIP -> 1f;
                    case HALF_CLIP -> 2f;
                    case SIGMOID, TANH ->
                        throw new BadInputException(
                                "neuron.activation is "
                                        + rate.activation().name().toLowerCase(Locale.ROOT)
                                        + ", which no integrate-and-fire neuron of NIR answers with; clip or half-clip was expected.");
                };
            case NeuronSettings.Lif lif -> {
                if (lif.leak() != 0f) {
                    throw new BadInputException("neuron.leak is " + lif.leak()
                            + "; 0, neurons that only integrate, was expected for an export to NIR.");
                }
                yield lif.threshold();
            }
            default ->
                throw new BadInputException(
                        "NIR has no node for the network's kind of neurons; neuron.kind sigma-delta, rate or lif was expected.");
        };
    }

    private static Optional<NirNode> pool(Pooling pooling, int layer) {
        return switch (pooling) {
            case Pooling.None none -> Optional.empty();
            case Pooling.Average average -> Optional.of(new NirNode.Pool2d(NirNode.Pooling.AVERAGE, average.size()));
            case Pooling.Maximum maximum ->
                throw new BadInputException("network.layers[" + layer + "] has pool: " + maximum
                        + ", for which NIR has no node; avg" + maximum.size() + " or none was expected.");
        };
    }

    /** {@return the same network with sums in place of means, and convolutions that are as much smaller} */
    static NirGraph summing(NirGraph graph) {
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>();
        String last = "";
        for (Map.Entry<String, NirNode> entry : graph.nodes().entrySet()) {
            NirNode node = entry.getValue();
            if (node instanceof NirNode.Pool2d pool
                    && pool.pooling() == NirNode.Pooling.AVERAGE
                    && nodes.get(last) instanceof NirNode.Conv2d conv) {
                // To add −0 changes no number, not even the sign of a zero.
                ChannelMap share = new ChannelMap(1f / (pool.size() * pool.size()), -0f);
                nodes.put(
                        last,
                        mapped(
                                conv,
                                Collections.nCopies((int) conv.bias().shape().size(0), share)));
                node = new NirNode.Pool2d(NirNode.Pooling.SUM, pool.size());
            }
            last = entry.getKey();
            nodes.put(last, node);
        }
        return new NirGraph(nodes, graph.metadata());
    }

    /** What weights and biases of a channel become: {@code gain · w} and {@code gain · b + offset}. */
    record ChannelMap(float gain, float offset) {}

    /**
     * @param node a convolution or an affine node
     * @param maps what becomes of each of its channels or units
     * @return the same with other weights and biases
     */
    static NirNode mapped(NirNode node, List<ChannelMap> maps) {
        return switch (node) {
            case NirNode.Conv2d conv ->
                new NirNode.Conv2d(
                        conv.inputHeight(),
                        conv.inputWidth(),
                        weights(conv.weight(), maps),
                        conv.stride(),
                        conv.padding(),
                        biases(conv.bias(), maps));
            case NirNode.Affine affine ->
                new NirNode.Affine(weights(affine.weight(), maps), biases(affine.bias(), maps));
            default -> throw new IllegalStateException("A node of the kind " + node.type() + " has no weights");
        };
    }

    private static NirTensor weights(NirTensor tensor, List<ChannelMap> maps) {
        float[] values = tensor.values().clone();
        int inputs = values.length / maps.size();
        for (int i = 0; i < values.length; i++) {
            values[i] *= maps.get(i / inputs).gain();
        }
        return new NirTensor(tensor.shape(), values);
    }

    private static NirTensor biases(NirTensor tensor, List<ChannelMap> maps) {
        float[] values = tensor.values().clone();
        for (int c = 0; c < values.length; c++) {
            values[c] = maps.get(c).gain() * values[c] + maps.get(c).offset();
        }
        return new NirTensor(tensor.shape(), values);
    }
}
