package org.equipoise;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.Settling;
import org.equipoise.network.Topology;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * Copies what the first image of a tile has settled to.
 *
 * @param topology the network
 */
record StateReader(Topology topology) {
    NetworkState read(NetworkState.Phase phase, int step, Settling settling, float[] outputs) {
        List<LayerState> layers = new ArrayList<>();
        for (int l = 1; l <= topology.depth(); l++) {
            LayerLayout layout = topology.layout(l);
            SpikeTensor fired = settling.spikes(l);
            float[] spikes = fired == null ? new float[0] : fired.channelMajor(0);
            layers.add(new LayerState(
                    layout.channels(),
                    layout.height(),
                    layout.width(),
                    settling.states(l).channelMajor(0),
                    spikes));
        }
        return new NetworkState(phase, step, layers, outputs);
    }

    float[] outputs(Settling settling) {
        return settling.output().channelMajor(0);
    }
}
