package org.equipoise.experiment.feedforward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.interop.nir.NirTensor;
import org.junit.jupiter.api.Test;

class OperatorTest {
    private final Random random = new Random(7);

    @Test
    void aConvolutionIsTheSumOverItsWindow() {
        for (int[] form : new int[][] {{1, 0, 3}, {2, 1, 3}, {3, 2, 4}, {1, 1, 2}}) {
            NirNode.Conv2d node = convolution(form[2], form[0], form[1]);
            Shape input = Shape.of(2, 7, 6);
            Shape output = node.output(input);
            Operator operator = new Operator.Convolution(node, input, output);
            float[] x = numbers(operator.inputs());
            float[] y = new float[operator.outputs()];
            operator.apply(x, y);
            assertArrayEquals(literally(node, x, output), y, 1e-4f);
        }
    }

    @Test
    void transposedMeansTransposed() {
        NirNode.Conv2d conv = convolution(3, 2, 1);
        Shape input = Shape.of(2, 7, 6);
        NirNode.Pool2d mean = new NirNode.Pool2d(NirNode.Pooling.AVERAGE, 2);
        NirNode.Affine affine = new NirNode.Affine(tensor(Shape.of(5, 9)), NirTensor.full(Shape.of(5), 0f));
        for (Operator operator : List.of(
                new Operator.Convolution(conv, input, conv.output(input)),
                new Operator.WindowPooling(mean, input, mean.output(input)),
                new Operator.Flattening(input),
                Operator.Convolution.dense(affine))) {
            float[] x = numbers(operator.inputs());
            float[] y = numbers(operator.outputs());
            float[] bias = new float[operator.outputs()];
            operator.apply(new float[operator.inputs()], bias);
            float[] ofX = new float[operator.outputs()];
            operator.apply(x, ofX);
            float[] ofY = new float[operator.inputs()];
            operator.transposed(y, ofY);
            double left = 0;
            for (int i = 0; i < y.length; i++) {
                left += (ofX[i] - bias[i]) * y[i];
            }
            double right = 0;
            for (int i = 0; i < x.length; i++) {
                right += x[i] * ofY[i];
            }
            assertEquals(left, right, 1e-3);
        }
    }

    @Test
    void sumsAreMeansTimesTheWindow() {
        Shape input = Shape.of(3, 5, 4);
        NirNode.Pool2d mean = new NirNode.Pool2d(NirNode.Pooling.AVERAGE, 2);
        NirNode.Pool2d sum = new NirNode.Pool2d(NirNode.Pooling.SUM, 2);
        float[] x = numbers(60);
        float[] means = new float[12];
        float[] sums = new float[12];
        new Operator.WindowPooling(mean, input, mean.output(input)).apply(x, means);
        new Operator.WindowPooling(sum, input, sum.output(input)).apply(x, sums);
        for (int i = 0; i < means.length; i++) {
            means[i] *= 4;
        }
        assertArrayEquals(sums, means, 1e-5f);
        assertEquals(x[0] + x[3] + x[12] + x[15], sums[0], 1e-5f);
    }

    private NirNode.Conv2d convolution(int kernel, int stride, int padding) {
        return new NirNode.Conv2d(7, 6, tensor(Shape.of(4, 2, kernel, kernel)), stride, padding, tensor(Shape.of(4)));
    }

    /** Position by position, as PyTorch's documentation has it. */
    private static float[] literally(NirNode.Conv2d node, float[] x, Shape output) {
        int kernel = (int) node.weight().shape().size(2);
        float[] result = new float[(int) output.elements()];
        for (int c = 0; c < output.size(0); c++) {
            for (int row = 0; row < output.size(1); row++) {
                for (int column = 0; column < output.size(2); column++) {
                    float sum = node.bias().values()[c];
                    for (int in = 0; in < 2; in++) {
                        for (int i = 0; i < kernel * kernel; i++) {
                            int y = row * node.stride() - node.padding() + i / kernel;
                            int z = column * node.stride() - node.padding() + i % kernel;
                            if (y >= 0 && y < 7 && z >= 0 && z < 6) {
                                sum += node.weight().values()[(c * 2 + in) * kernel * kernel + i]
                                        * x[(y * 6 + z) * 2 + in];
                            }
                        }
                    }
                    result[(row * (int) output.size(2) + column) * (int) output.size(0) + c] = sum;
                }
            }
        }
        return result;
    }

    private NirTensor tensor(Shape shape) {
        return new NirTensor(shape, numbers((int) shape.elements()));
    }

    private float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(4) == 0 ? 0f : random.nextFloat() - .5f;
        }
        return numbers;
    }
}
