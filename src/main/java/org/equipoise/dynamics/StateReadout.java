package org.equipoise.dynamics;

import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * The last layer's activations are the answer, and its neurons are pulled towards the target: half the squared error.
 *
 * @param target y
 */
record StateReadout(FloatTensor target) implements Readout {
    private static final String TARGET = "target";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        plan.floats(Account.STATES, TARGET, FloatTensor.floatsNeeded(topology.output(), images));
    }

    static StateReadout of(OffHeapArena arena, Topology topology, int images) {
        return new StateReadout(new FloatTensor(arena.segment(TARGET), topology.output(), images));
    }

    @Override
    public FloatTensor output(FloatTensor s, int images) {
        return s;
    }

    @Override
    public Nudge nudge(float beta, FloatTensor s, int images) {
        return new Nudge.Towards(beta, target);
    }

    @Override
    public FloatTensor pull(float beta, FloatTensor s, int images) {
        throw new IllegalStateException("The output is a layer of neurons");
    }
}
