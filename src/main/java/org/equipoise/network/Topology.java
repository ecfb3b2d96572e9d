package org.equipoise.network;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.tensor.LayerLayout;

/**
 * The immutable shape of a network: layer 0 is the clamped image, layer {@code l} the one that connection {@code l - 1} leads to.
 *
 * @param input shape of the image
 * @param connections from the image to the output
 * @param readout how the output is read, and which loss nudges it
 */
public record Topology(ImageShape input, List<Connection> connections, Readout readout) {
    /** Copies the list. */
    public Topology {
        connections = List.copyOf(connections);
    }

    /**
     * @param settings a network's settings
     * @return its shape
     * @throws org.equipoise.error.BadInputException if a layer would have no neurons
     */
    public static Topology of(NetworkSettings settings) {
        ImageShape input = settings.input();
        LayerLayout below = LayerLayout.ofImage(input.channels(), input.height(), input.width());
        List<Connection> connections = new ArrayList<>();
        for (int l = 0; l < settings.layers().size(); l++) {
            Connection connection = Connection.between(below, settings, l);
            connections.add(connection);
            below = connection.layer();
        }
        return new Topology(input, connections, settings.readout());
    }

    /** {@return whether the last connection leads out of the dynamics, to logits, so that its layer has no neurons} */
    public boolean hasReadout() {
        return readout == Readout.SOFTMAX;
    }

    /** {@return the number of layers of neurons, without the image and without a readout} */
    public int depth() {
        return connections.size() - (hasReadout() ? 1 : 0);
    }

    /**
     * @param layer 0 for the image, {@code depth()} for the last layer of neurons, one more for the logits of a readout
     * @return its layout
     */
    public LayerLayout layout(int layer) {
        return layer == 0
                ? connections.getFirst().below()
                : connections.get(layer - 1).layer();
    }

    /** {@return the layout of the output: of the last layer of neurons, or of the logits of a readout} */
    public LayerLayout output() {
        return connections.getLast().layer();
    }

    /** {@return the number of learnt weights and biases} */
    public long parameterCount() {
        long count = 0;
        for (Connection connection : connections) {
            count += connection.weights() + connection.layer().channels();
        }
        return count;
    }
}
