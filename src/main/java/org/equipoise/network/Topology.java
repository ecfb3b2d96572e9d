package org.equipoise.network;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.tensor.LayerLayout;

/**
 * The immutable shape of a network: layer 0 is the clamped image, layer {@code l} the one that connection {@code l - 1} leads to.
 *
 * @param input shape of the image
 * @param connections from the image to the output
 */
public record Topology(ImageShape input, List<Connection> connections) {
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
        for (LayerSettings layer : settings.layers()) {
            Connection connection = Connection.between(below, layer, settings.upsampling(), connections.size());
            connections.add(connection);
            below = connection.layer();
        }
        return new Topology(input, connections);
    }

    /** {@return the number of layers of neurons, without the image} */
    public int depth() {
        return connections.size();
    }

    /**
     * @param layer 0 for the image, {@code depth()} for the output
     * @return its layout
     */
    public LayerLayout layout(int layer) {
        return layer == 0
                ? connections.getFirst().below()
                : connections.get(layer - 1).layer();
    }

    /** {@return the layout of the output} */
    public LayerLayout output() {
        return layout(depth());
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
