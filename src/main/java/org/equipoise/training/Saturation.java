package org.equipoise.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.distributed.Communicator;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Activation;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Counts the neurons whose activation lies at a bound of its range, within a hundredth of it: below they are silent, above they are
 * saturated, and at both ρ′ is flat or nearly so. Thread-safe; counts are whole numbers, so their order does not matter.
 */
public final class Saturation {
    private static final float MARGIN = 0.01f;

    private final float low;
    private final float high;
    private final long[] lower;
    private final long[] upper;
    private final long[] neurons;

    /**
     * @param neuron which neurons, and with them the range of their activation
     * @param topology the network
     */
    public Saturation(NeuronSettings neuron, Topology topology) {
        float lowest = neuron instanceof NeuronSettings.Rate rate && rate.activation() == Activation.TANH ? -1f : 0f;
        this.low = lowest + MARGIN * (1f - lowest);
        this.high = 1f - MARGIN * (1f - lowest);
        this.lower = new long[topology.depth()];
        this.upper = new long[topology.depth()];
        this.neurons = new long[topology.depth()];
    }

    /**
     * @param settling a tile at the end of a phase
     * @param images how many images it holds
     */
    public void add(Settling settling, int images) {
        for (int l = 0; l < neurons.length; l++) {
            add(l, settling.states(l + 1), images);
        }
    }

    private void add(int layer, FloatTensor states, int images) {
        LayerLayout layout = states.layout();
        long below = 0;
        long above = 0;
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int c = 0; c < layout.channels(); c++) {
                    float s = states.get(image, layout.index(position, c));
                    below += s <= low ? 1 : 0;
                    above += s >= high ? 1 : 0;
                }
            }
        }
        synchronized (neurons) {
            lower[layer] += below;
            upper[layer] += above;
            neurons[layer] += (long) images * layout.neurons();
        }
    }

    /**
     * Adds what the others have counted. Involves all ranks.
     *
     * @param communicator the ranks
     */
    void addThoseOfOthers(Communicator communicator) {
        sum(communicator, lower);
        sum(communicator, upper);
        sum(communicator, neurons);
    }

    private static void sum(Communicator communicator, long[] counts) {
        if (communicator.size() > 1) {
            long[][] all = communicator.gather(counts);
            for (int l = 0; l < counts.length; l++) {
                int layer = l;
                counts[l] =
                        Arrays.stream(all).mapToLong(theirs -> theirs[layer]).sum();
            }
        }
    }

    /** {@return the share of each layer's neurons at the lower bound, from the first hidden layer on} */
    public List<Double> atLowerBound() {
        return shares(lower);
    }

    /** {@return the same of the upper bound} */
    public List<Double> atUpperBound() {
        return shares(upper);
    }

    private List<Double> shares(long[] counts) {
        synchronized (neurons) {
            List<Double> shares = new ArrayList<>();
            for (int l = 0; l < counts.length; l++) {
                shares.add(neurons[l] == 0 ? 0.0 : (double) counts[l] / neurons[l]);
            }
            return shares;
        }
    }
}
