package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.config.Schedule;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A nudge outside ρ adds ε β (y − s) to what a step of the output comes to without it. */
class OutsideNudgeTest {
    private static final float EPSILON = 0.4f;
    private static final float BETA = 0.7f;

    private final RandomNetworks random = new RandomNetworks(8);
    private final Topology topology = Topology.of(random.network());
    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    private Settling begun(Parameters parameters, NeuronSettings neuron, Ledger ledger) {
        Settling settling = Settling.open(neuron, null, parameters, kernels, ledger, "test", 2, false);
        float[] pixels = new RandomNetworks(5).image(topology.layout(0).neurons());
        for (int image = 0; image < 2; image++) {
            for (int n = 0; n < pixels.length; n++) {
                settling.image().set(image, n, pixels[(n + image) % pixels.length]);
            }
            settling.target().set(image, 0, 1f);
        }
        settling.begin(2);
        settling.free(5);
        return settling;
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theStepIsThatWithoutNudgingAndThePull(Activation activation) {
        NeuronSettings neuron = new NeuronSettings.Rate(Schedule.constant(EPSILON), activation, Nudging.OUTSIDE);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            try (Settling nudged = begun(parameters, neuron, ledger);
                    Settling free = begun(parameters, neuron, ledger)) {
                int last = topology.depth();
                for (int step = 0; step < 4; step++) {
                    // Both have come to the same states, but for the steps of the output that were nudged.
                    for (int l = 1; l <= last; l++) {
                        free.states(l).copyFrom(0, nudged.states(l), 0, 2);
                    }
                    float[] before = values(nudged.states(last));
                    nudged.nudge(BETA, 1);
                    free.free(1);
                    float[] expected = values(free.states(last));
                    float[] found = values(nudged.states(last));
                    float[] targets = values(nudged.target());
                    for (int i = 0; i < found.length; i++) {
                        float pull = EPSILON * (BETA * (targets[i] - before[i]));
                        assertEquals(expected[i] + pull, found[i]);
                    }
                    for (int l = 1; l < last; l++) {
                        assertEquals(
                                -1,
                                free.states(l)
                                        .segment()
                                        .mismatch(nudged.states(l).segment()));
                    }
                }
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void theOutputMayLeaveTheRangeOfTheActivation() {
        NeuronSettings neuron = new NeuronSettings.Rate(Schedule.constant(1), Activation.CLIP, Nudging.OUTSIDE);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger)) {
            parameters.derive(kernels, workers);
            try (Settling settling = begun(parameters, neuron, ledger)) {
                settling.nudge(-BETA, 1);
                assertEquals(-BETA, settling.output().get(0, 0));
            }
        }
    }

    private static float[] values(FloatTensor tensor) {
        float[] values = new float[2 * tensor.layout().channels()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i % 2, i / 2);
        }
        return values;
    }
}
