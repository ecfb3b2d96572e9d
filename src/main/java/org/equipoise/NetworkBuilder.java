package org.equipoise;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;

/**
 * Describes the layers of a network, from the image to the output. What is not said is as the paper has it for MNIST (arXiv
 * 2405.02546, Table I), with a learning rate of 0.1.
 *
 * {@snippet file="org/equipoise/EmbeddingExamples.java" region="layers"}
 */
public final class NetworkBuilder {
    private static final String SOURCE = "the network described";

    private final String input;
    private final List<String> layers = new ArrayList<>();
    private String convolution = "";

    NetworkBuilder(int channels, int height, int width) {
        this.input = "[" + channels + ", " + height + ", " + width + "]";
    }

    /**
     * Adds a convolution with stride 1 and without padding.
     *
     * @param channels its output channels
     * @param kernel side of its kernel
     * @return this builder
     */
    public NetworkBuilder convolution(int channels, int kernel) {
        return convolution(channels, kernel, 1, 0);
    }

    /**
     * Adds a convolution.
     *
     * @param channels its output channels
     * @param kernel side of its kernel
     * @param stride distance between neighbouring windows
     * @param padding rows and columns of zeros around its input
     * @return this builder
     */
    public NetworkBuilder convolution(int channels, int kernel, int stride, int padding) {
        endConvolution();
        convolution = "conv: " + channels + ", kernel: " + kernel + ", stride: " + stride + ", pad: " + padding;
        return this;
    }

    /**
     * Pools the convolution before it by the mean.
     *
     * @param side side of the pooling window
     * @return this builder
     * @throws BadInputException if there is no convolution before it
     */
    public NetworkBuilder averagePooling(int side) {
        return pooling("avg" + side);
    }

    /**
     * Pools the convolution before it by the maximum.
     *
     * @param side side of the pooling window
     * @return this builder
     * @throws BadInputException if there is no convolution before it
     */
    public NetworkBuilder maximumPooling(int side) {
        return pooling("max" + side);
    }

    private NetworkBuilder pooling(String pool) {
        if (convolution.isEmpty()) {
            throw new BadInputException("Pooling " + pool + " was described after "
                    + (layers.isEmpty() ? "the image" : "layer " + layers.size())
                    + "; a convolution that has no pooling yet was expected before it.");
        }
        layers.add("{" + convolution + ", pool: " + pool + "}");
        convolution = "";
        return this;
    }

    private void endConvolution() {
        if (!convolution.isEmpty()) {
            layers.add("{" + convolution + ", pool: none}");
            convolution = "";
        }
    }

    /**
     * Adds a layer that is connected to every neuron before it.
     *
     * @param units its neurons
     * @return this builder
     */
    public NetworkBuilder linear(int units) {
        endConvolution();
        layers.add("{linear: " + units + "}");
        return this;
    }

    /**
     * Ends the network with neurons that are pulled towards the target: half the squared error is learnt.
     *
     * @param classes its neurons, one a class
     * @return a builder for all other settings
     * @throws BadInputException if the layers do not make a network
     */
    public EquipoiseBuilder output(int classes) {
        return end(classes, "");
    }

    /**
     * Ends the network with a softmax readout: weights and biases outside the dynamics that map the layer before to logits; their
     * cross-entropy is learnt (Laborieux et al. 2021).
     *
     * @param classes its logits, one a class
     * @return a builder for all other settings
     * @throws BadInputException if the layers do not make a network
     */
    public EquipoiseBuilder softmax(int classes) {
        return end(classes, "loss: cross-entropy, readout: softmax, ");
    }

    private EquipoiseBuilder end(int classes, String readout) {
        linear(classes);
        String yaml = "network: {input: " + input + ", layers: " + layers + "}\nlearning: {" + readout + "rates: "
                + Collections.nCopies(layers.size(), "0.1") + "}\n";
        Configuration configuration = ConfigurationReader.read(yaml, SOURCE, List.of());
        return new EquipoiseBuilder(configuration, SOURCE, null);
    }
}
