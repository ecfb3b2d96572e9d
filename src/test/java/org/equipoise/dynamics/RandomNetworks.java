package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.Pooling;
import org.equipoise.config.Upsampling;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.random.CounterRandom;

/** Networks of random shapes with random parameters, for tests that hold for all of them. */
public final class RandomNetworks {
    private static final int[] CHANNELS = {1, 2, 3, 5, 7, 8, 13, 16, 17, 31, 33, 64, 67, 96};
    private static final float GRID = 1f / 1024;

    private final CounterRandom random;
    private long drawn;

    public RandomNetworks(long seed) {
        this.random = new CounterRandom(seed, 77);
    }

    public int between(int least, int most) {
        return least + random.below(most - least + 1, drawn++);
    }

    private boolean chance() {
        return between(0, 1) == 1;
    }

    /** A network whose pooling windows are powers of two wide, so that means of grid weights stay exact. */
    public NetworkSettings network() {
        return network(0, false);
    }

    /**
     * As {@link #network()}, with at least one convolution, and with pooling wherever there is room, by the maximum as often as by
     * the mean; some are read through a softmax.
     */
    public NetworkSettings networkWithMaxima() {
        NetworkSettings network = network(1, true);
        return chance() ? network : withReadout(network);
    }

    private NetworkSettings network(int leastConvolutions, boolean maxima) {
        ImageShape input = new ImageShape(between(1, 4), between(5, 19), between(5, 19));
        int height = input.height();
        int width = input.width();
        List<LayerSettings> layers = new ArrayList<>();
        int convolutions = between(leastConvolutions, 3);
        for (int i = 0; i < convolutions; i++) {
            int kernel = between(1, Math.min(7, Math.min(height, width)));
            int stride = between(1, 3);
            int padding = between(0, kernel - 1);
            int convolvedHeight = (height + 2 * padding - kernel) / stride + 1;
            int convolvedWidth = (width + 2 * padding - kernel) / stride + 1;
            int pool = 1;
            if ((maxima || chance()) && Math.min(convolvedHeight, convolvedWidth) >= 2) {
                pool = chance() && Math.min(convolvedHeight, convolvedWidth) >= 4 ? 4 : 2;
            }
            Pooling pooling = pool == 1 ? new Pooling.None() : new Pooling.Average(pool);
            if (maxima && pool > 1 && chance()) {
                pool = pool == 4 ? between(3, 4) : pool;
                pooling = new Pooling.Maximum(pool);
            }
            layers.add(new LayerSettings.Convolution(channels(), kernel, stride, padding, pooling));
            height = convolvedHeight / pool;
            width = convolvedWidth / pool;
        }
        int hidden = between(0, 2);
        for (int i = 0; i < hidden; i++) {
            layers.add(new LayerSettings.Linear(between(1, 80)));
        }
        layers.add(new LayerSettings.Linear(between(1, 12)));
        Upsampling upsampling = chance() ? new Upsampling.Exact() : new Upsampling.Gain(chance() ? 1f : 0.5f);
        float feedback = chance() ? 1f : 0.5f;
        return new NetworkSettings(input, layers, upsampling, feedback, NetworkSettings.Readout.STATE, null);
    }

    /** Whether the network has so many neurons that a test of many steps or images would take minutes. */
    public static boolean large(NetworkSettings network) {
        Topology topology = Topology.of(network);
        int neurons = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            neurons += topology.layout(l).neurons();
        }
        return neurons > 3_000;
    }

    /** A network whose last layer of neurons, of either kind, is read through a softmax. */
    public NetworkSettings networkWithReadout() {
        return withReadout(network());
    }

    private NetworkSettings withReadout(NetworkSettings network) {
        List<LayerSettings> layers = new ArrayList<>(network.layers());
        if (layers.size() < 2) {
            layers.add(new LayerSettings.Linear(between(1, 12)));
        }
        return new NetworkSettings(
                network.input(),
                layers,
                network.upsampling(),
                network.feedback(),
                NetworkSettings.Readout.SOFTMAX,
                null);
    }

    private int channels() {
        return CHANNELS[between(0, CHANNELS.length - 1)];
    }

    /** Weights and biases on a grid of 2^-10, of which every sum a small network makes is exact in float32. */
    public void fillOnGrid(Parameters parameters) {
        fill(parameters, true);
    }

    /** Weights and biases with full mantissas. */
    public void fillFreely(Parameters parameters) {
        fill(parameters, false);
    }

    private void fill(Parameters parameters, boolean onGrid) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            double reach =
                    2 / Math.sqrt(parameters.topology().connections().get(l).fanIn());
            parameters.setWeights(l, values(parameters.weights(l).length, reach, onGrid));
            parameters.setBiases(l, values(parameters.biases(l).length, reach, onGrid));
        }
    }

    private float[] values(int count, double reach, boolean onGrid) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double value = reach * (2 * uniform() - 0.9);
            values[i] = onGrid ? Math.round(value / GRID) * GRID : (float) value;
        }
        return values;
    }

    private double uniform() {
        return (random.bits(drawn++) >>> 11) * 0x1p-53;
    }

    /** Pixels that are multiples of 1/256. */
    public float[] image(int size) {
        float[] pixels = new float[size];
        for (int i = 0; i < size; i++) {
            pixels[i] = chance() ? 0f : between(0, 256) / 256f;
        }
        return pixels;
    }
}
