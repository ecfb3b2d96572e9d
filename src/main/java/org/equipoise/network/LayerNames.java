package org.equipoise.network;

import java.util.ArrayList;
import java.util.List;

/** What layers are called, the image first. */
public final class LayerNames {
    private LayerNames() {}

    /**
     * @param topology a network
     * @return {@code image}, {@code conv 1}, {@code linear 2}, … and {@code output} or, outside the dynamics, {@code readout}
     */
    public static List<String> of(Topology topology) {
        List<String> names = new ArrayList<>(List.of("image"));
        List<Connection> connections = topology.connections();
        for (int l = 0; l < connections.size(); l++) {
            boolean last = l == connections.size() - 1;
            String kind = connections.get(l).linear() ? "linear " : "conv ";
            names.add(last ? topology.hasReadout() ? "readout" : "output" : kind + (l + 1));
        }
        return names;
    }
}
