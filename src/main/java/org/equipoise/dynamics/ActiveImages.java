package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.SettleCriterion;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.StateChange;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The images of a tile that still move. Without a criterion these are all of them.
 *
 * <p>While a phase is under way, the moving images are the first of the tile: one that settles changes places with the last that
 * moves, so that steps of the first {@link #count} images cost nothing for the others. At the end of every advance each image is back
 * in its place. Whether an image has settled depends on its own states alone.
 */
final class ActiveImages {
    private final @Nullable SettleCriterion criterion;
    /** s of every layer of neurons. */
    private final List<FloatTensor> states = new ArrayList<>();
    /** The same at the last look. */
    private final List<FloatTensor> earlier = new ArrayList<>();

    private final TileTensors tensors;
    private final double neurons;
    private final int[] imageAt;
    private final boolean[] settled;
    /** Those that take no part in the phases that begin from now on. */
    private final boolean[] leftOut;

    private int images;
    private int count;
    private boolean phaseBegun;
    private float phaseBeta;
    private int phaseSteps;
    private long takenInAdvance;
    private long freeTaken;
    private long freeSaved;
    private long nudgeTaken;
    private long nudgeSaved;

    /**
     * @param criterion when an image has settled, or null if none ever has
     * @param tensors all that a step reads of an image and did not compute itself
     * @param neurons whose activations settle
     */
    ActiveImages(@Nullable SettleCriterion criterion, TileTensors tensors, Neurons neurons) {
        this.criterion = criterion;
        this.tensors = tensors;
        this.imageAt = new int[tensors.images()];
        this.settled = new boolean[tensors.images()];
        this.leftOut = new boolean[tensors.images()];
        double sum = 0;
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            sum += tensors.topology().layout(l).neurons();
            states.add(neurons.activations(l));
            if (criterion != null) {
                earlier.add(tensors.floats(l, "s.earlier", Lifetime.GIVEN));
            }
        }
        this.neurons = sum;
    }

    /** How many images move, from the first. */
    int count() {
        return count;
    }

    /** Starts over with so many images and no steps counted. */
    void begin(int imagesInUse) {
        images = imagesInUse;
        count = imagesInUse;
        for (int i = 0; i < images; i++) {
            imageAt[i] = i;
        }
        Arrays.fill(leftOut, false);
        freeTaken = 0;
        freeSaved = 0;
        nudgeTaken = 0;
        nudgeSaved = 0;
        endPhase();
    }

    /** Leaves an image out of all phases that begin from now on until {@link #begin}, as if it had settled. */
    void leaveOut(int image) {
        leftOut[image] = true;
    }

    boolean isLeftOut(int image) {
        return leftOut[image];
    }

    /** What comes next is a new phase, in which every image moves again that is not left out. */
    void endPhase() {
        phaseBegun = false;
    }

    /** Goes on with the phase under way, or begins one if there is none or it had another β; β of a free phase is 0. */
    void advance(float beta) {
        takenInAdvance = 0;
        if (phaseBegun && beta == phaseBeta) {
            parkSettled();
            return;
        }
        phaseBegun = true;
        phaseBeta = beta;
        phaseSteps = 0;
        System.arraycopy(leftOut, 0, settled, 0, settled.length);
        for (int l = 0; l < earlier.size(); l++) {
            earlier.get(l).copyFrom(0, states.get(l), 0, images);
        }
        parkSettled();
    }

    /** Looks, where a window is over, which images have settled, and says whether any is left that moves. */
    boolean any() {
        if (criterion != null && phaseSteps > 0 && phaseSteps % criterion.window() == 0) {
            for (int slot = 0; slot < count; slot++) {
                settled[imageAt[slot]] = change(slot) < criterion.tolerance();
                if (!settled[imageAt[slot]]) {
                    for (int l = 0; l < earlier.size(); l++) {
                        earlier.get(l).copyFrom(slot, states.get(l), slot, 1);
                    }
                }
            }
            parkSettled();
        }
        return count > 0;
    }

    private double change(int slot) {
        double sum = 0;
        for (int l = 0; l < earlier.size(); l++) {
            sum += StateChange.sum(states.get(l), earlier.get(l), slot);
        }
        return sum / neurons;
    }

    private void parkSettled() {
        int slot = 0;
        while (slot < count) {
            if (settled[imageAt[slot]]) {
                count--;
                exchange(slot, count);
            } else {
                slot++;
            }
        }
    }

    /** The moving images have made a step. */
    void stepped() {
        phaseSteps++;
        takenInAdvance += count;
    }

    /** Puts every image back in its place, after what were to be so many steps since {@link #advance}. */
    void putBack(int steps) {
        long saved = (long) images * steps - takenInAdvance;
        if (phaseBeta == 0f) {
            freeTaken += takenInAdvance;
            freeSaved += saved;
        } else {
            nudgeTaken += takenInAdvance;
            nudgeSaved += saved;
        }
        for (int slot = 0; slot < images; slot++) {
            while (imageAt[slot] != slot) {
                exchange(slot, imageAt[slot]);
            }
        }
        count = images;
    }

    private void exchange(int slot, int other) {
        if (slot == other) {
            return;
        }
        tensors.exchange(slot, other);
        int image = imageAt[slot];
        imageAt[slot] = imageAt[other];
        imageAt[other] = image;
    }

    /** {@return the steps since {@link #begin}} */
    StepCount steps() {
        return new StepCount(freeTaken, freeSaved, nudgeTaken, nudgeSaved);
    }
}
