package org.equipoise.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;

/**
 * Parameters as safetensors in the layout PyTorch users expect: {@code layers.<l>.weight} of shape (out, in, kh, kw) or (out, in)
 * and {@code layers.<l>.bias}, l from 0; a linear layer's input is flattened channel-major.
 */
public final class ParameterFile {
    private ParameterFile() {}

    /** Adds the tensors of parameters to what a writer writes. */
    public static void add(Parameters parameters, SafetensorsWriter writer) {
        add(parameters, Dtype.F32, writer);
    }

    /**
     * @param dtype F32, or F16 to round values to float16
     * @throws BadInputException if a value is too large for float16
     */
    public static void add(Parameters parameters, Dtype dtype, SafetensorsWriter writer) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            Shape weights = Shape.of(connection.weightShape());
            Shape biases = Shape.of(connection.layer().channels());
            if (dtype == Dtype.F16) {
                writer.add(weightName(l), dtype, weights, halves(weightName(l), parameters.weights(l)));
                writer.add(biasName(l), dtype, biases, halves(biasName(l), parameters.biases(l)));
            } else {
                writer.add(weightName(l), weights, parameters.weights(l));
                writer.add(biasName(l), biases, parameters.biases(l));
            }
        }
    }

    private static byte[] halves(String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            short half = Float.floatToFloat16(value);
            if (Float.isInfinite(Float.float16ToFloat(half))) {
                throw new BadInputException(
                        name + " has a value of " + value + "; at most 65504, the largest of float16, was expected.");
            }
            bytes.putShort(half);
        }
        return bytes.array();
    }

    /**
     * @param parameters filled from it; the derived layouts are not
     * @throws BadInputException if it cannot be read, or lacks a tensor, or has one of another shape
     */
    public static void read(Path file, Parameters parameters) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            read(tensors, parameters);
        }
    }

    /**
     * @param parameters filled from it; the derived layouts are not
     * @throws BadInputException if it lacks a tensor, or has one of another shape
     */
    public static void read(SafetensorsFile tensors, Parameters parameters) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            float[] weights = tensors.floats(weightName(l), Shape.of(connection.weightShape()));
            float[] biases =
                    tensors.floats(biasName(l), Shape.of(connection.layer().channels()));
            parameters.setWeights(l, weights);
            parameters.setBiases(l, biases);
        }
    }

    /** {@return the name of the weights of a connection, from 0} */
    public static String weightName(int layer) {
        return "layers." + layer + ".weight";
    }

    /** {@return the name of the biases of a connection, from 0} */
    public static String biasName(int layer) {
        return "layers." + layer + ".bias";
    }
}
