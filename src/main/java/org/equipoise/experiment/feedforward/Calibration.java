package org.equipoise.experiment.feedforward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.equipoise.data.ImageSet;
import org.equipoise.experiment.feedforward.FeedForwardGraph.ChannelMap;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Inference;

/**
 * Makes up for connections backwards, which a feed-forward network has not, as far as a gain and an offset for each channel can.
 *
 * <p>A neuron of the original has settled under the current from below and from above. Layer by layer from the image on, the current from
 * below in the exported network, whose lower layers are calibrated already, is fitted to that whole current by least squares over all
 * images and positions of a channel; gain and offset then go into weights and bias. Labels take no part.
 */
final class Calibration {
    private static final int MOMENTS = 5;

    private final Topology topology;
    /** Activations at the end of the free phase: (image, layer from the clamped image on, neuron), laid out as in an {@link Operator}. */
    private final float[][][] settled;

    private final Workers workers;

    /** Lets the network settle on images. */
    Calibration(Inference inference, ImageSet images, Workers workers) {
        this.topology = inference.parameters().topology();
        this.settled = new float[images.count()][topology.depth() + 1][];
        this.workers = workers;
        inference.settle(images, (settling, first, count) -> {
            for (int i = 0; i < count; i++) {
                for (int l = 0; l <= topology.depth(); l++) {
                    FloatTensor values = l == 0 ? settling.image() : settling.states(l);
                    settled[first + i][l] = values.positionMajor(i);
                }
            }
        });
    }

    /** {@return the same chain with other weights and biases} */
    NirGraph of(NirGraph plain) {
        List<Stage> originals = Stage.of(plain);
        NirGraph calibrated = plain;
        float[][] below = new float[settled.length][];
        for (int i = 0; i < below.length; i++) {
            below[i] = settled[i][0];
        }
        for (int l = 0; l < originals.size(); l++) {
            List<ChannelMap> maps = fit(originals, l, below);
            calibrated = with(calibrated, originals.get(l).weights(), maps);
            Stage stage = Stage.of(calibrated).get(l);
            workers.forEach(below.length, (worker, i) -> below[i] = answer(stage, below[i]));
        }
        return calibrated;
    }

    private static float[] answer(Stage stage, float[] input) {
        float[] values = stage.current(input, stage.scratch()).clone();
        if (stage.neurons() != null) {
            stage.neurons().rates(values);
        }
        return values;
    }

    private List<ChannelMap> fit(List<Stage> originals, int l, float[][] below) {
        int channels = originals.get(l).channels();
        double[][] moments = new double[below.length][channels * MOMENTS];
        workers.forEach(below.length, (worker, i) -> {
            float[] whole = whole(originals, l, settled[i]);
            float[] forward =
                    originals.get(l).current(below[i], originals.get(l).scratch());
            for (int n = 0; n < whole.length; n++) {
                add(moments[i], n % channels * MOMENTS, forward[n], whole[n]);
            }
        });
        // Image by image, so that the sum does not depend on who made its parts.
        double[] sums = new double[channels * MOMENTS];
        for (double[] part : moments) {
            for (int m = 0; m < sums.length; m++) {
                sums[m] += part[m];
            }
        }
        List<ChannelMap> maps = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            maps.add(leastSquares(sums, c * MOMENTS));
        }
        return maps;
    }

    /** The current that neurons have settled under: from below, and what the next layer sends back. */
    private float[] whole(List<Stage> originals, int l, float[][] states) {
        Stage stage = originals.get(l);
        float[] whole = stage.current(states[l], stage.scratch());
        if (l + 1 < topology.depth()) {
            float gain = topology.connections().get(l + 1).backwardGain();
            float[] back = originals.get(l + 1).back(states[l + 2]);
            for (int n = 0; n < whole.length; n++) {
                whole[n] += gain * back[n];
            }
        }
        return whole;
    }

    private static void add(double[] moments, int at, double x, double y) {
        moments[at]++;
        moments[at + 1] += x;
        moments[at + 2] += y;
        moments[at + 3] += x * x;
        moments[at + 4] += x * y;
    }

    private static ChannelMap leastSquares(double[] sums, int at) {
        double count = sums[at];
        double meanX = sums[at + 1] / count;
        double meanY = sums[at + 2] / count;
        double variance = sums[at + 3] / count - meanX * meanX;
        double covariance = sums[at + 4] / count - meanX * meanY;
        // A channel that gets the same current at all times says nothing of its gain.
        double gain = variance > 1e-9 ? covariance / variance : 1;
        return new ChannelMap((float) gain, (float) (meanY - gain * meanX));
    }

    private static NirGraph with(NirGraph graph, String name, List<ChannelMap> maps) {
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>(graph.nodes());
        nodes.computeIfPresent(name, (key, node) -> FeedForwardGraph.mapped(node, maps));
        return new NirGraph(nodes, graph.metadata());
    }
}
