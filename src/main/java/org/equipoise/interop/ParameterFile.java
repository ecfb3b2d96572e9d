package org.equipoise.interop;

import java.nio.file.Path;
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
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            writer.add(weightName(l), Shape.of(connection.weightShape()), parameters.weights(l));
            writer.add(biasName(l), Shape.of(connection.layer().channels()), parameters.biases(l));
        }
    }

    /**
     * @param parameters filled from it; the derived layouts are not
     * @throws org.equipoise.error.BadInputException if it cannot be read, or lacks a tensor, or has one of another shape
     */
    public static void read(Path file, Parameters parameters) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            read(tensors, parameters);
        }
    }

    /**
     * @param parameters filled from it; the derived layouts are not
     * @throws org.equipoise.error.BadInputException if it lacks a tensor, or has one of another shape
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
