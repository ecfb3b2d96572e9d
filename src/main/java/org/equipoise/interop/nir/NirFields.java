package org.equipoise.interop.nir;

import java.util.function.Function;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirNode.Affine;
import org.equipoise.interop.nir.NirNode.Conv2d;
import org.equipoise.interop.nir.NirNode.Flatten;
import org.equipoise.interop.nir.NirNode.Input;
import org.equipoise.interop.nir.NirNode.IntegrateAndFire;
import org.equipoise.interop.nir.NirNode.Output;
import org.equipoise.interop.nir.NirNode.Pool2d;
import org.equipoise.interop.nir.NirNode.Pooling;

/**
 * The datasets of a node's group. {@link #node} asks for them in the order in which they are written; a writer answers with the values of the
 * node it writes, a reader with those of the file, so that one description serves both.
 */
interface NirFields {
    /**
     * @param form a {@link Shape} stands for a row of whole numbers, an {@link Integer} for the same number for rows and columns, a
     *     {@link Long} for a single whole number, a {@link NirTensor} for an array of float32
     * @param of what the dataset says of such a node
     * @return what it says
     */
    <N extends NirNode, T> T get(String name, Class<T> form, Class<N> kind, Function<N, T> of);

    /** Refuses a file that has something else than was expected. */
    void require(boolean holds, String found, String expected) throws BadInputException;

    /** {@return a node made of its datasets} */
    default NirNode node(String type) {
        return switch (type) {
            case "Input" -> new Input(get("shape", Shape.class, Input.class, Input::shape));
            case "Conv2d" -> convolution();
            case "AvgPool2d" -> pool(Pooling.AVERAGE);
            case "SumPool2d" -> pool(Pooling.SUM);
            case "Flatten" -> {
                Shape input = get("input_type", Shape.class, Flatten.class, Flatten::inputShape);
                String keeping = "a Flatten that keeps dimensions";
                require(get("start_dim", Long.class, Flatten.class, node -> 0L) == 0, keeping, "start_dim 0");
                require(get("end_dim", Long.class, Flatten.class, node -> -1L) == -1, keeping, "end_dim -1");
                yield new Flatten(input);
            }
            case "Affine" ->
                new Affine(
                        get("weight", NirTensor.class, Affine.class, Affine::weight),
                        get("bias", NirTensor.class, Affine.class, Affine::bias));
            case "IF" ->
                new IntegrateAndFire(
                        get("r", NirTensor.class, IntegrateAndFire.class, IntegrateAndFire::r),
                        get("v_threshold", NirTensor.class, IntegrateAndFire.class, IntegrateAndFire::threshold),
                        get("v_reset", NirTensor.class, IntegrateAndFire.class, IntegrateAndFire::reset));
            case "Output" -> new Output(get("shape", Shape.class, Output.class, Output::shape));
            default -> {
                String known = "one of Input, Conv2d, AvgPool2d, SumPool2d, Flatten, Affine, IF, Output";
                require(false, "a node of the type " + type, known);
                throw new IllegalArgumentException(type);
            }
        };
    }

    private NirNode convolution() {
        Class<Conv2d> kind = Conv2d.class;
        Shape size = get("input_shape", Shape.class, kind, conv -> Shape.of(conv.inputHeight(), conv.inputWidth()));
        require(size.rank() == 2, "an input_shape of " + size.rank() + " sizes", "(height, width)");
        NirTensor weight = get("weight", NirTensor.class, kind, Conv2d::weight);
        NirTensor bias = get("bias", NirTensor.class, kind, Conv2d::bias);
        int stride = get("stride", Integer.class, kind, Conv2d::stride);
        int padding = get("padding", Integer.class, kind, Conv2d::padding);
        int dilation = get("dilation", Integer.class, kind, conv -> 1);
        long groups = get("groups", Long.class, kind, conv -> 1L);
        require(dilation == 1 && groups == 1, "dilation or groups", "neither");
        return new Conv2d(size.size(0), size.size(1), weight, stride, padding, bias);
    }

    private NirNode pool(Pooling pooling) {
        int size = get("kernel_size", Integer.class, Pool2d.class, Pool2d::size);
        int stride = get("stride", Integer.class, Pool2d.class, Pool2d::size);
        int padding = get("padding", Integer.class, Pool2d.class, pool -> 0);
        require(stride == size && padding == 0, "windows that overlap", "ones that do not");
        return new Pool2d(pooling, size);
    }
}
