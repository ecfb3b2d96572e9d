package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one layer of spiking neurons for a tile of images.
 *
 * @param state s, v, φ and q
 * @param remembered copy of the state at the end of the free phase, null where nothing goes back to it
 * @param assumed the neurons below and above whose rows are in the base: those expected to fire when it was last brought up to
 *     date
 * @param base current from the neurons that are expected to fire
 * @param current u of the step under way, with room for the images whose step is under way together
 */
record SpikingLayer(
        SpikingState state,
        @Nullable SpikingState remembered,
        SpikeTensor assumed,
        FloatTensor base,
        FloatTensor current) {
    private static final String SAVED = ".remembered";

    static void plan(
            MemoryPlan.Builder plan, LayerLayout layout, int number, int images, int together, boolean savesState) {
        long floats = FloatTensor.floatsNeeded(layout, images);
        long words = SpikeTensor.wordsNeeded(layout, images);
        for (String copy : savesState ? List.of("", SAVED) : List.of("")) {
            for (String part : new String[] {"s", "v", "phi"}) {
                plan.floats(Account.STATES, name(number, part + copy), floats);
            }
            plan.words(Account.SPIKES, name(number, "q" + copy), words);
            plan.words(Account.SPIKES, name(number, "expected" + copy), words);
        }
        plan.words(Account.SPIKES, name(number, "assumed"), words);
        plan.floats(Account.STATES, name(number, "base"), floats);
        plan.floats(Account.STATES, name(number, "current"), FloatTensor.floatsNeeded(layout, together));
    }

    static SpikingLayer of(
            OffHeapArena arena, LayerLayout layout, int number, int images, int together, boolean savesState) {
        return new SpikingLayer(
                state(arena, layout, number, images, ""),
                savesState ? state(arena, layout, number, images, SAVED) : null,
                new SpikeTensor(arena.segment(name(number, "assumed")), layout, images),
                new FloatTensor(arena.segment(name(number, "base")), layout, images),
                new FloatTensor(arena.segment(name(number, "current")), layout, together));
    }

    private static SpikingState state(OffHeapArena arena, LayerLayout layout, int number, int images, String copy) {
        return new SpikingState(
                new FloatTensor(arena.segment(name(number, "s" + copy)), layout, images),
                new FloatTensor(arena.segment(name(number, "v" + copy)), layout, images),
                new FloatTensor(arena.segment(name(number, "phi" + copy)), layout, images),
                new SpikeTensor(arena.segment(name(number, "q" + copy)), layout, images),
                new SpikeTensor(arena.segment(name(number, "expected" + copy)), layout, images));
    }

    static String name(int layer, String part) {
        return "l" + layer + "." + part;
    }

    void clear(int images) {
        state.s().clear(images);
        state.v().clear(images);
        state.phi().clear(images);
        state.q().clear(images);
        state.expected().clear(images);
        clearBase(images);
    }

    void clearBase(int images) {
        assumed.clear(images);
        base.clear(images);
    }

    void saveState(int images) {
        copy(state, kept(), images);
    }

    void restoreState(int images) {
        copy(kept(), state, images);
    }

    private SpikingState kept() {
        if (remembered == null) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
        return remembered;
    }

    private static void copy(SpikingState from, SpikingState to, int images) {
        to.s().copyFrom(0, from.s(), 0, images);
        to.v().copyFrom(0, from.v(), 0, images);
        to.phi().copyFrom(0, from.phi(), 0, images);
        to.q().copyFrom(0, from.q(), 0, images);
        to.expected().copyFrom(0, from.expected(), 0, images);
    }
}
