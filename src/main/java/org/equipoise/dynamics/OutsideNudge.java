package org.equipoise.dynamics;

import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * Nudging outside ρ: what a step of the last layer of neurons comes to without nudging, plus {@code ε n}, where n is the nudge at the
 * activations before the step. Layers with few neurons, so there is one implementation for all kernels.
 *
 * @param kept ε n
 */
record OutsideNudge(FloatTensor kept) {
    private static final String KEPT = "nudge outside";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        plan.floats(Account.STATES, KEPT, FloatTensor.floatsNeeded(topology.layout(topology.depth()), images));
    }

    static OutsideNudge of(OffHeapArena arena, Topology topology, int images) {
        return new OutsideNudge(new FloatTensor(arena.segment(KEPT), topology.layout(topology.depth()), images));
    }

    /**
     * Keeps the nudge of a step that is to be made.
     *
     * @param nudge n
     * @param epsilon ε
     * @param s activations before the step
     * @param images how many images, from the first
     */
    void keep(Nudge nudge, float epsilon, FloatTensor s, int images) {
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < s.layout().paddedNeurons(); n++) {
                float pull = switch (nudge) {
                    case Nudge.Towards towards ->
                        towards.beta() * (towards.target().get(image, n) - s.get(image, n));
                    case Nudge.By by -> by.drive().get(image, n);
                };
                kept.set(image, n, epsilon * pull);
            }
        }
    }

    /**
     * Adds it to what the step has come to.
     *
     * @param s activations after a step without nudging, updated
     * @param images how many images, from the first
     */
    void add(FloatTensor s, int images) {
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < s.layout().paddedNeurons(); n++) {
                s.set(image, n, s.get(image, n) + kept.get(image, n));
            }
        }
    }
}
