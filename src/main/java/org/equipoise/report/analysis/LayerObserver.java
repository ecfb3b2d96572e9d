package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.Settling;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** Watches one layer while the first image of a tile settles. */
final class LayerObserver {
    /** Rows that a raster has room for. */
    private static final int NEURONS_SHOWN = 32;

    private final Settling settling;
    private final int layer;
    private final LayerLayout layout;
    private float[] previous;
    private final List<Double> means = new ArrayList<>();
    private final List<Double> changes = new ArrayList<>();
    private final List<boolean[]> shown = new ArrayList<>();
    private final int freeSteps;
    private final int nudgeSteps;
    private long freeSpikes;
    private long nudgeSpikes;
    private int step;

    LayerObserver(Settling settling, int layer, LayerLayout layout, int freeSteps, int nudgeSteps) {
        this.settling = settling;
        this.layer = layer;
        this.layout = layout;
        this.freeSteps = freeSteps;
        this.nudgeSteps = nudgeSteps;
        this.previous = new float[layout.neurons()];
        for (int i = 0; i < Math.min(NEURONS_SHOWN, layout.neurons()); i++) {
            shown.add(new boolean[freeSteps + nudgeSteps]);
        }
    }

    /** Looks at the layer after a step. */
    void look() {
        if (layer > 0) {
            lookAtStates();
        }
        float[] spikes = spikes();
        if (spikes != null) {
            count(spikes);
        }
        step++;
    }

    /** Spikes of the last step, channel by channel so that those shown come from many channels; null for neurons that do not spike. */
    private float @Nullable [] spikes() {
        SpikeTensor spikes = settling.spikes(layer);
        return spikes == null ? null : spikes.channelMajor(0);
    }

    private void lookAtStates() {
        float[] states = settling.states(layer).channelMajor(0);
        double sum = 0;
        double change = 0;
        for (int neuron = 0; neuron < states.length; neuron++) {
            sum += states[neuron];
            change += Math.abs(states[neuron] - previous[neuron]);
        }
        previous = states;
        means.add(sum / states.length);
        changes.add(change / states.length);
    }

    private void count(float[] spikes) {
        long fired = 0;
        for (float spike : spikes) {
            fired += spike != 0f ? 1 : 0;
        }
        for (int row = 0; row < shown.size(); row++) {
            shown.get(row)[step] = spikes[(int) ((long) row * spikes.length / shown.size())] != 0f;
        }
        if (step < freeSteps) {
            freeSpikes += fired;
        } else {
            nudgeSpikes += fired;
        }
    }

    Trajectory.Layer trajectory(String name) {
        return new Trajectory.Layer(
                name,
                means,
                changes,
                settling.spikes(layer) == null ? List.of() : shown,
                (double) freeSpikes / ((long) freeSteps * layout.neurons()),
                (double) nudgeSpikes / ((long) nudgeSteps * layout.neurons()));
    }
}
