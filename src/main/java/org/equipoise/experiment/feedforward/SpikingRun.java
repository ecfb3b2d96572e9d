package org.equipoise.experiment.feedforward;

import java.util.Arrays;
import java.util.List;
import org.equipoise.interop.nir.NirGraph;

/**
 * Runs an exported network on one image at a time, as a simulator that reads the file would with a step of 1: a node gets what the one
 * before gives in the same step, and an IF neuron adds {@code r I} to its potential and, above the threshold, fires and takes the
 * threshold off. One thread at a time may use it.
 */
final class SpikingRun {
    private final List<Stage> stages;
    private final ImageCoding coding;
    private final int steps;
    private final float[][][] scratch;
    private final float[][] potentials;
    private final float[][] spikes;
    private final float[] encoders;
    private final float[] input;

    SpikingRun(NirGraph graph, ImageCoding coding, int steps) {
        this.stages = Stage.of(graph);
        this.coding = coding;
        this.steps = steps;
        this.scratch = stages.stream().map(Stage::scratch).toArray(float[][][]::new);
        this.potentials =
                stages.stream().map(stage -> new float[stage.outputs()]).toArray(float[][]::new);
        this.spikes = stages.stream().map(stage -> new float[stage.outputs()]).toArray(float[][]::new);
        this.encoders = new float[stages.getFirst().inputs()];
        this.input = new float[stages.getFirst().inputs()];
    }

    /**
     * @param image pixels, by position and then channel
     * @return the mean over the steps of what comes out: spikes a step, or logits
     */
    float[] outputs(float[] image) {
        for (float[] potential : potentials) {
            Arrays.fill(potential, 0f);
        }
        Arrays.fill(encoders, 0f);
        float[] sums = new float[stages.getLast().outputs()];
        for (int step = 0; step < steps; step++) {
            coding.encode(image, encoders, input);
            float[] out = input;
            for (int l = 0; l < stages.size(); l++) {
                out = through(l, out);
            }
            for (int c = 0; c < sums.length; c++) {
                sums[c] += out[c];
            }
        }
        for (int c = 0; c < sums.length; c++) {
            sums[c] /= steps;
        }
        return sums;
    }

    private float[] through(int l, float[] in) {
        float[] current = stages.get(l).current(in, scratch[l]);
        Stage.Neurons neurons = stages.get(l).neurons();
        if (neurons == null) {
            return current;
        }
        neurons.step(current, potentials[l], spikes[l]);
        return spikes[l];
    }
}
