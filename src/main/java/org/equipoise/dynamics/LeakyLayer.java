package org.equipoise.dynamics;

import org.equipoise.kernel.LeakyKernels.LeakyState;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one layer of leaky integrate-and-fire neurons for a tile of images.
 *
 * @param state potentials, spikes and filtered spikes
 * @param remembered copy of the state at the end of the free phase, null where nothing goes back to it
 * @param current u of the step under way
 */
record LeakyLayer(LeakyState state, @Nullable LeakyState remembered, FloatTensor current) {
    private static final String SAVED = ".remembered";
    private static final String[] PARTS = {"v", "q", "rate", "slow"};

    static void plan(MemoryPlan.Builder plan, LayerLayout layout, int number, int images, boolean savesState) {
        long floats = FloatTensor.floatsNeeded(layout, images);
        for (String part : PARTS) {
            plan.floats(Account.STATES, SpikingLayer.name(number, part), floats);
            if (savesState) {
                plan.floats(Account.STATES, SpikingLayer.name(number, part + SAVED), floats);
            }
        }
        plan.floats(Account.STATES, SpikingLayer.name(number, "current"), floats);
    }

    static LeakyLayer of(OffHeapArena arena, LayerLayout layout, int number, int images, boolean savesState) {
        return new LeakyLayer(
                state(arena, layout, number, images, ""),
                savesState ? state(arena, layout, number, images, SAVED) : null,
                new FloatTensor(arena.segment(SpikingLayer.name(number, "current")), layout, images));
    }

    private static LeakyState state(OffHeapArena arena, LayerLayout layout, int number, int images, String copy) {
        FloatTensor[] tensors = new FloatTensor[PARTS.length];
        for (int part = 0; part < PARTS.length; part++) {
            String name = SpikingLayer.name(number, PARTS[part] + copy);
            tensors[part] = new FloatTensor(arena.segment(name), layout, images);
        }
        return new LeakyState(tensors[0], tensors[1], tensors[2], tensors[3]);
    }

    void clear(int images) {
        state.v().clear(images);
        state.q().clear(images);
        state.rate().clear(images);
        state.slow().clear(images);
    }

    void saveState(int images) {
        copy(state, kept(), images);
    }

    void restoreState(int images) {
        copy(kept(), state, images);
    }

    private LeakyState kept() {
        if (remembered == null) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
        return remembered;
    }

    private static void copy(LeakyState from, LeakyState to, int images) {
        to.v().copyFrom(0, from.v(), 0, images);
        to.q().copyFrom(0, from.q(), 0, images);
        to.rate().copyFrom(0, from.rate(), 0, images);
        to.slow().copyFrom(0, from.slow(), 0, images);
    }
}
