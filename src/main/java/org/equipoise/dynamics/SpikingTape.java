package org.equipoise.dynamics;

import org.equipoise.kernel.AdjointKernels.Slope;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the steps of spiking neurons: three bits a neuron and step with a rectangular surrogate, two without any, and
 * two and a float32 with a fast sigmoid, whose value would else cost the whole step again. Maximum pooling adds the winners.
 *
 * @param spikes what the layers sent into a step, the image's spikes among them
 * @param passed which activations were not clipped
 * @param window where a rectangular surrogate is 1, or null
 * @param slopes values of a fast sigmoid, or null
 * @param winners of maximum pooling
 */
record SpikingTape(
        BitHistory spikes,
        BitHistory passed,
        @Nullable BitHistory window,
        @Nullable FloatHistory slopes,
        WinnerHistory winners) {
    private static final String SPIKES = "tape.q";
    private static final String PASSED = "tape.passed";
    private static final String WINDOW = "tape.window";
    private static final String SLOPES = "tape.slope";

    static void plan(MemoryPlan.Builder plan, Surrogate surrogate, Topology topology, int images, int slots) {
        BitHistory.plan(plan, Account.TAPE, SPIKES, topology, 0, images, slots);
        BitHistory.plan(plan, Account.TAPE, PASSED, topology, 1, images, slots);
        switch (surrogate) {
            case Surrogate.Rectangular rectangular ->
                BitHistory.plan(plan, Account.TAPE, WINDOW, topology, 1, images, slots);
            case Surrogate.FastSigmoid sigmoid ->
                FloatHistory.plan(plan, Account.TAPE, SLOPES, topology, images, slots);
            case Surrogate.Identity identity -> {}
        }
        WinnerHistory.plan(plan, topology, images, false, slots);
    }

    static SpikingTape of(OffHeapArena arena, Surrogate surrogate, Topology topology, int images) {
        return new SpikingTape(
                BitHistory.of(arena, SPIKES, topology, 0, images),
                BitHistory.of(arena, PASSED, topology, 1, images),
                surrogate instanceof Surrogate.Rectangular ? BitHistory.of(arena, WINDOW, topology, 1, images) : null,
                surrogate instanceof Surrogate.FastSigmoid ? FloatHistory.of(arena, SLOPES, topology, images) : null,
                WinnerHistory.of(arena, topology, images, false));
    }

    /** {@return the bytes of one step} */
    static long bytes(Surrogate surrogate, Topology topology, int images) {
        long bits = BitHistory.bytes(topology, 1, images);
        return BitHistory.bytes(topology, 0, images)
                + WinnerHistory.bytes(topology, images, false)
                + bits
                + switch (surrogate) {
                    case Surrogate.Rectangular rectangular -> bits;
                    case Surrogate.FastSigmoid sigmoid -> FloatHistory.bytes(topology, images);
                    case Surrogate.Identity identity -> 0;
                };
    }

    Slope slope(int slot, int layer) {
        if (window != null) {
            return new Slope.Window(window.at(slot, layer));
        }
        return slopes == null ? new Slope.One() : new Slope.Values(slopes.at(slot, layer));
    }
}
