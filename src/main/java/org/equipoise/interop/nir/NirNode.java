package org.equipoise.interop.nir;

import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;

/** A node of a NIR graph. Shapes are (channels, height, width) or (units), without a batch. */
public sealed interface NirNode {
    /** {@return what the format calls this kind} */
    default String type() {
        return switch (this) {
            case Input input -> "Input";
            case Conv2d conv -> "Conv2d";
            case Pool2d pool -> pool.pooling.type;
            case Flatten flatten -> "Flatten";
            case Affine affine -> "Affine";
            case IntegrateAndFire neurons -> "IF";
            case Output output -> "Output";
        };
    }

    /**
     * {@return the shape of what goes out, given that of what comes in}
     *
     * @throws BadInputException if the node cannot take that
     */
    Shape output(Shape input);

    /** Where data comes in. */
    record Input(Shape shape) implements NirNode {
        @Override
        public Shape output(Shape input) {
            return requireSame(type(), shape, input);
        }
    }

    /**
     * A convolution as PyTorch defines it, without dilation and groups.
     *
     * @param weight (out, in, height, width)
     * @param padding rows and columns of zeros around the input
     * @param bias one a channel
     */
    record Conv2d(long inputHeight, long inputWidth, NirTensor weight, int stride, int padding, NirTensor bias)
            implements NirNode {
        /** Refuses kernels and biases that do not belong together. */
        public Conv2d {
            requireRank("Conv2d", weight, 4);
            if (!bias.shape().equals(Shape.of(weight.shape().size(0)))) {
                throw new BadInputException("A Conv2d has a bias of " + bias.shape() + " and weights of "
                        + weight.shape() + "; one bias a channel was expected.");
            }
        }

        @Override
        public Shape output(Shape input) {
            Shape kernel = weight.shape();
            requireSame(type(), Shape.of(kernel.size(1), inputHeight, inputWidth), input);
            return Shape.of(
                    kernel.size(0),
                    windows(inputHeight + 2L * padding, kernel.size(2), stride),
                    windows(inputWidth + 2L * padding, kernel.size(3), stride));
        }
    }

    /** How a window becomes one number. */
    enum Pooling {
        /** The mean. */
        AVERAGE("AvgPool2d"),
        /** The sum, for readers that have no mean. */
        SUM("SumPool2d");

        private final String type;

        Pooling(String type) {
            this.type = type;
        }
    }

    /** Pooling over windows that do not overlap; rows and columns that fill no window are dropped. */
    record Pool2d(Pooling pooling, int size) implements NirNode {
        @Override
        public Shape output(Shape input) {
            if (input.rank() != 3) {
                throw new BadInputException("A " + type() + " follows what has the shape " + input
                        + "; (channels, height, width) was expected.");
            }
            return Shape.of(input.size(0), windows(input.size(1), size, size), windows(input.size(2), size, size));
        }
    }

    /** Lays a map of a shape out as one row, channel by channel. */
    record Flatten(Shape inputShape) implements NirNode {
        @Override
        public Shape output(Shape input) {
            requireSame(type(), inputShape, input);
            return Shape.of(input.elements());
        }
    }

    /**
     * Connects all to all.
     *
     * @param weight (out, in)
     * @param bias (out)
     */
    record Affine(NirTensor weight, NirTensor bias) implements NirNode {
        /** Refuses weights and biases that do not belong together. */
        public Affine {
            requireRank("Affine", weight, 2);
            if (!bias.shape().equals(Shape.of(weight.shape().size(0)))) {
                throw new BadInputException("An Affine has a bias of " + bias.shape() + " and weights of "
                        + weight.shape() + "; one bias a unit was expected.");
            }
        }

        @Override
        public Shape output(Shape input) {
            requireSame(type(), Shape.of(weight.shape().size(1)), input);
            return Shape.of(weight.shape().size(0));
        }
    }

    /**
     * Integrate-and-fire neurons: {@code v̇ = r I}; above the threshold a neuron fires and goes back.
     *
     * @param r resistance
     * @param threshold potential above which a neuron fires
     * @param reset potential after a spike
     */
    record IntegrateAndFire(NirTensor r, NirTensor threshold, NirTensor reset) implements NirNode {
        /** Refuses parameters of different shapes. */
        public IntegrateAndFire {
            if (!r.shape().equals(threshold.shape()) || !r.shape().equals(reset.shape())) {
                throw new BadInputException("An IF has r of " + r.shape() + ", v_threshold of "
                        + threshold.shape() + " and v_reset of " + reset.shape()
                        + "; one shape, that of the layer, was expected.");
            }
        }

        @Override
        public Shape output(Shape input) {
            return requireSame(type(), r.shape(), input);
        }
    }

    /** Where the result goes out. */
    record Output(Shape shape) implements NirNode {
        @Override
        public Shape output(Shape input) {
            return requireSame(type(), shape, input);
        }
    }

    private static Shape requireSame(String type, Shape expected, Shape found) {
        if (!expected.equals(found)) {
            throw new BadInputException("A node of the kind " + type + " is given what has the shape " + found + "; "
                    + expected + " was expected.");
        }
        return expected;
    }

    private static void requireRank(String type, NirTensor weight, int rank) {
        if (weight.shape().rank() != rank) {
            throw new BadInputException("A node of the kind " + type + " has a weight of " + weight.shape() + "; "
                    + rank + " dimensions were expected.");
        }
    }

    private static long windows(long length, long window, long stride) {
        if (length < window) {
            throw new BadInputException(
                    "A window of " + window + " does not fit into " + length + "; at least one was expected to.");
        }
        return (length - window) / stride + 1;
    }
}
