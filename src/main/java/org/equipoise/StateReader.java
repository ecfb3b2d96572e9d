package org.equipoise;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.LifSettling;
import org.equipoise.dynamics.RateSettling;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SpikingSettling;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
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
            float[] spikes = switch (settling) {
                case SpikingSettling spiking -> spikes(spiking.state(l).q());
                case LifSettling leaky -> values(leaky.spikes(l));
                case RateSettling rate -> new float[0];
            };
            layers.add(new LayerState(
                    layout.channels(), layout.height(), layout.width(), values(settling.states(l)), spikes));
        }
        return new NetworkState(phase, step, layers, outputs);
    }

    float[] outputs(Settling settling) {
        return values(settling.output());
    }

    private static float[] values(FloatTensor tensor) {
        return channelMajor(tensor.layout(), neuron -> tensor.get(0, neuron));
    }

    private static float[] spikes(SpikeTensor tensor) {
        return channelMajor(tensor.layout(), neuron -> tensor.get(0, neuron) ? 1f : 0f);
    }

    /** A value of one neuron. */
    private interface NeuronValue {
        float of(int neuron);
    }

    private static float[] channelMajor(LayerLayout layout, NeuronValue value) {
        float[] values = new float[layout.neurons()];
        int next = 0;
        for (int c = 0; c < layout.channels(); c++) {
            for (int position = 0; position < layout.positions(); position++) {
                values[next++] = value.of(layout.index(position, c));
            }
        }
        return values;
    }
}
