package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.kernel.NeuronKernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The clamped images of a tile and the spikes they are encoded to.
 *
 * @param image x
 * @param phi encoder residue
 * @param savedPhi its copy at the end of the free phase, null where nothing goes back to it
 * @param spikes spikes of the step under way
 * @param expected pixels that will rather fire than not
 * @param assumed those of them whose rows are in the base of the first layer
 */
record EncodedImage(
        FloatTensor image,
        FloatTensor phi,
        @Nullable FloatTensor savedPhi,
        SpikeTensor spikes,
        SpikeTensor expected,
        SpikeTensor assumed) {
    private static final String SAVED = "phi.remembered";

    static void plan(MemoryPlan.Builder plan, LayerLayout layout, int images, boolean savesState) {
        for (String part : savesState ? List.of("x", "phi", SAVED) : List.of("x", "phi")) {
            plan.floats(Account.STATES, SpikingLayer.name(0, part), FloatTensor.floatsNeeded(layout, images));
        }
        for (String part : new String[] {"q", "expected", "assumed"}) {
            plan.words(Account.SPIKES, SpikingLayer.name(0, part), SpikeTensor.wordsNeeded(layout, images));
        }
    }

    static EncodedImage of(OffHeapArena arena, LayerLayout layout, int images, boolean savesState) {
        return new EncodedImage(
                tensor(arena, "x", layout, images),
                tensor(arena, "phi", layout, images),
                savesState ? tensor(arena, SAVED, layout, images) : null,
                spikes(arena, "q", layout, images),
                spikes(arena, "expected", layout, images),
                spikes(arena, "assumed", layout, images));
    }

    private static FloatTensor tensor(OffHeapArena arena, String part, LayerLayout layout, int images) {
        return new FloatTensor(arena.segment(SpikingLayer.name(0, part)), layout, images);
    }

    private static SpikeTensor spikes(OffHeapArena arena, String part, LayerLayout layout, int images) {
        return new SpikeTensor(arena.segment(SpikingLayer.name(0, part)), layout, images);
    }

    void saveState(int images) {
        kept().copyFrom(0, phi, 0, images);
    }

    void restoreState(int images) {
        phi.copyFrom(0, kept(), 0, images);
    }

    private FloatTensor kept() {
        if (savedPhi == null) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
        return savedPhi;
    }

    /** Starts over with the images as they are now. */
    void begin(int images) {
        phi.clear(images);
        spikes.clear(images);
        assumed.clear(images);
        expected.clear(images);
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < image.layout().paddedNeurons(); n++) {
                if (image.get(i, n) > NeuronKernels.EXPECTED_ABOVE) {
                    expected.set(i, n, true);
                }
            }
        }
    }
}
