package org.equipoise.experiment.feedforward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.interop.nir.NirTensor;
import org.jspecify.annotations.Nullable;

/**
 * Nodes without state and the neurons that they lead to, or the output of the graph.
 *
 * @param weights the name of the node that holds its weights
 * @param channels channels of what they give, or units
 */
record Stage(
        String weights,
        List<Operator> operators,
        int channels,
        @Nullable Neurons neurons) {
    Stage {
        operators = List.copyOf(operators);
    }

    /**
     * @return it in stages
     * @throws BadInputException if neurons do not follow weights
     */
    static List<Stage> of(NirGraph graph) {
        List<Stage> stages = new ArrayList<>();
        List<Operator> operators = new ArrayList<>();
        Shape shape = Shape.of();
        String weights = "";
        for (Map.Entry<String, NirNode> entry : graph.nodes().entrySet()) {
            Shape input = shape;
            NirNode node = entry.getValue();
            shape = node instanceof NirNode.Input first ? first.shape() : node.output(input);
            switch (node) {
                case NirNode.Input first -> {}
                case NirNode.Conv2d conv -> {
                    weights = only(weights, entry.getKey());
                    operators.add(new Operator.Convolution(conv, input, shape));
                }
                case NirNode.Affine affine -> {
                    weights = only(weights, entry.getKey());
                    operators.add(Operator.Convolution.dense(affine));
                }
                case NirNode.Pool2d pool -> operators.add(new Operator.WindowPooling(pool, input, shape));
                case NirNode.Flatten flatten -> operators.add(new Operator.Flattening(input));
                case NirNode.IntegrateAndFire fire -> {
                    stages.add(stage(weights, operators, shape, Neurons.of(fire)));
                    operators.clear();
                    weights = "";
                }
                case NirNode.Output output -> {
                    if (!operators.isEmpty()) {
                        stages.add(stage(weights, operators, shape, null));
                    }
                }
            }
        }
        return List.copyOf(stages);
    }

    private static String only(String weights, String name) {
        if (!weights.isEmpty()) {
            throw new BadInputException("The nodes " + weights + " and " + name
                    + " of a NIR graph follow each other without neurons; neurons were expected between them.");
        }
        return name;
    }

    private static Stage stage(String weights, List<Operator> operators, Shape shape, @Nullable Neurons neurons) {
        if (weights.isEmpty()) {
            throw new BadInputException(
                    "A NIR graph has neurons that follow no weights; a Conv2d or Affine was expected.");
        }
        return new Stage(weights, operators, (int) shape.size(0), neurons);
    }

    /** Integrate-and-fire neurons: resistance and threshold of each, laid out as the maps of an {@link Operator}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Neurons(float[] r, float[] threshold) {
        private static Neurons of(NirNode.IntegrateAndFire node) {
            for (float reset : node.reset().values()) {
                if (reset != 0f) {
                    throw new BadInputException(
                            "A NIR graph has neurons with a v_reset of " + reset + "; 0 was expected.");
                }
            }
            return new Neurons(positionMajor(node.r()), positionMajor(node.threshold()));
        }

        /** From channels and then positions, the order of the format, to positions and then channels. */
        private static float[] positionMajor(NirTensor tensor) {
            if (tensor.shape().rank() != 3) {
                return tensor.values();
            }
            float[] values = new float[tensor.values().length];
            new Operator.Flattening(tensor.shape()).transposed(tensor.values(), values);
            return values;
        }

        /**
         * @param current what reaches them in a step
         * @param potential moved on; a spike takes the threshold off it
         * @param spikes 1 where a neuron fires and 0 elsewhere, replaced
         */
        void step(float[] current, float[] potential, float[] spikes) {
            for (int n = 0; n < current.length; n++) {
                float value = potential[n] + r[n] * current[n];
                float fired = value > threshold[n] ? 1f : 0f;
                spikes[n] = fired;
                potential[n] = value - threshold[n] * fired;
            }
        }

        /**
         * @param current what reaches them in every step, replaced by the spikes a step with which they answer that in the long run
         */
        void rates(float[] current) {
            for (int n = 0; n < current.length; n++) {
                current[n] = Math.clamp(r[n] * current[n] / threshold[n], 0f, 1f);
            }
        }
    }

    /** {@return how many values come in} */
    int inputs() {
        return operators.getFirst().inputs();
    }

    /** {@return how many values go out} */
    int outputs() {
        return operators.getLast().outputs();
    }

    /** {@return an array for the result of each operator} */
    float[][] scratch() {
        float[][] scratch = new float[operators.size()][];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new float[operators.get(i).outputs()];
        }
        return scratch;
    }

    /**
     * @param scratch arrays of {@link #scratch}
     * @return the current that reaches the neurons: the last of these arrays
     */
    float[] current(float[] input, float[][] scratch) {
        float[] value = input;
        for (int i = 0; i < scratch.length; i++) {
            operators.get(i).apply(value, scratch[i]);
            value = scratch[i];
        }
        return value;
    }

    /** {@return what they send back along the same weights} */
    float[] back(float[] output) {
        float[] value = output;
        for (Operator operator : operators.reversed()) {
            float[] input = new float[operator.inputs()];
            operator.transposed(value, input);
            value = input;
        }
        return value;
    }
}
