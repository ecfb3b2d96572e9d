package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Test;

class SaturationTest {
    private static final String NETWORK = """
            network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: avg2}, {linear: 4}], upsampling: exact}
            neuron: {kind: rate, epsilon: 0.5, activation: %s}
            phases: {free: 8, nudge: 4, beta: 0.9}
            learning: {rates: [0.2, 0.1]}
            training: {batch: 4, epochs: 1}
            """;

    private static Saturation counted(String activation, float... outputs) {
        Configuration configuration = ConfigurationReader.read(NETWORK.formatted(activation), "test", List.of());
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Parameters parameters = Parameters.open(topology, ledger);
                Settling settling = Settling.open(
                        configuration.neuron(),
                        null,
                        parameters,
                        KernelSelection.ofThisJvm().kernels(),
                        ledger,
                        "test",
                        2,
                        false)) {
            settling.begin(2);
            FloatTensor output = settling.states(2);
            for (int i = 0; i < outputs.length; i++) {
                output.set(1, i, outputs[i]);
            }
            Saturation saturation = new Saturation(configuration.neuron(), topology);
            saturation.add(settling, 1);
            saturation.add(settling, 2);
            return saturation;
        }
    }

    @Test
    void activationsFromZeroToOneLieAtTheirBoundsWithinAHundredth() {
        Saturation saturation = counted("clip", 1f, 0.995f, 0.98f, 0.02f);
        // Twelve outputs in all: eight of two images at zero, and four of the image that was changed.
        assertEquals(List.of(1.0, 8.0 / 12), saturation.atLowerBound());
        assertEquals(List.of(0.0, 2.0 / 12), saturation.atUpperBound());
    }

    @Test
    void theHyperbolicTangentReachesDownToMinusOne() {
        Saturation saturation = counted("tanh", -1f, -0.99f, 0.99f, 0f);
        assertEquals(List.of(0.0, 2.0 / 12), saturation.atLowerBound());
        assertEquals(List.of(0.0, 1.0 / 12), saturation.atUpperBound());
    }

    @Test
    void theBoundsThemselvesCount() {
        Saturation clip = counted("clip", 0.01f, Math.nextUp(0.01f), 1f - 0.01f, Math.nextDown(1f - 0.01f));
        assertEquals((8 + 1) / 12.0, clip.atLowerBound().getLast());
        assertEquals(1 / 12.0, clip.atUpperBound().getLast());
        // The range is twice as wide, and so is a hundredth of it.
        float margin = 2 * 0.01f;
        Saturation tanh =
                counted("tanh", -1f + margin, Math.nextUp(-1f + margin), 1f - margin, Math.nextDown(1f - margin));
        assertEquals(1 / 12.0, tanh.atLowerBound().getLast());
        assertEquals(1 / 12.0, tanh.atUpperBound().getLast());
    }
}
