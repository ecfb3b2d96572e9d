package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.equipoise.dynamics.LifSettling;
import org.equipoise.dynamics.RateSettling;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SpikingSettling;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/** Watches one layer while the first image of a tile settles. */
final class LayerObserver {
    /** Rows that a raster has room for. */
    private static final int NEURONS_SHOWN = 32;

    private final Settling settling;
    private final int layer;
    private final LayerLayout layout;
    private final float[] previous;
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
        IntPredicate fired = fired();
        if (fired != null) {
            count(fired);
        }
        step++;
    }

    /** Which neurons fired in the last step, null for neurons that do not spike. */
    private @Nullable IntPredicate fired() {
        return switch (settling) {
            case SpikingSettling spiking ->
                layer == 0
                        ? neuron -> spiking.imageSpikes().get(0, neuron)
                        : neuron -> spiking.state(layer).q().get(0, neuron);
            case LifSettling leaky -> neuron -> leaky.spikes(layer).get(0, neuron) != 0f;
            case RateSettling rate -> null;
        };
    }

    private void lookAtStates() {
        double sum = 0;
        double change = 0;
        for (int neuron = 0; neuron < previous.length; neuron++) {
            float s = settling.states(layer).get(0, index(neuron));
            sum += s;
            change += Math.abs(s - previous[neuron]);
            previous[neuron] = s;
        }
        means.add(sum / previous.length);
        changes.add(change / previous.length);
    }

    private void count(IntPredicate fired) {
        long spikes = 0;
        for (int neuron = 0; neuron < layout.neurons(); neuron++) {
            spikes += fired.test(index(neuron)) ? 1 : 0;
        }
        for (int row = 0; row < shown.size(); row++) {
            int neuron = (int) ((long) row * layout.neurons() / shown.size());
            shown.get(row)[step] = fired.test(index(neuron));
        }
        if (step < freeSteps) {
            freeSpikes += spikes;
        } else {
            nudgeSpikes += spikes;
        }
    }

    /** Neurons are numbered channel by channel, so that those shown come from many channels and places. */
    private int index(int neuron) {
        return layout.index(neuron % layout.positions(), neuron / layout.positions());
    }

    Trajectory.Layer seen(String name) {
        return new Trajectory.Layer(
                name,
                means,
                changes,
                settling instanceof RateSettling ? List.of() : shown,
                (double) freeSpikes / ((long) freeSteps * layout.neurons()),
                (double) nudgeSpikes / ((long) nudgeSteps * layout.neurons()));
    }
}
