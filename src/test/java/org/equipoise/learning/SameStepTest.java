package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A nudge phase may be compared with a free phase that has gone on for as many steps. */
class SameStepTest {
    private static final String SYSTEM = """
            network: {input: [1, 4, 4], layers: [{linear: 9}, {linear: 3}]}
            neuron: {kind: sigma-delta, epsilon: 0.843/t^0.0923, lambda: 0.832/t^0.584}
            phases: {free: 7, nudge: 5, beta: 0.6, scheme: random-sign, against: same-step}
            learning: {rates: [0, 0]}
            training: {batch: 4, epochs: 1}
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFreeStateIsThatOfTheSameStep(boolean positive) {
        Configuration configuration = ConfigurationReader.read(SYSTEM, "test", List.of());
        Topology topology = Topology.of(configuration.network());
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        RandomNetworks random = new RandomNetworks(4);
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                EquilibriumPropagation learner = ledger.open(
                        memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers));
                Settling free =
                        Settling.open(configuration.neuron(), null, parameters, kernels, ledger, "free", 4, true);
                Settling nudged =
                        Settling.open(configuration.neuron(), null, parameters, kernels, ledger, "nudged", 4, true)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            learner.target().clear(4);
            for (int image = 0; image < 4; image++) {
                float[] pixels = random.image(16);
                for (int n = 0; n < 16; n++) {
                    learner.image().set(image, n, pixels[n]);
                }
                learner.target().set(image, image % 3, 1f);
            }
            for (Settling settling : List.of(free, nudged)) {
                settling.image().copyFrom(0, learner.image(), 0, 4);
                settling.target().copyFrom(0, learner.target(), 0, 4);
                settling.begin(4);
                settling.free(7);
            }
            AtomicInteger compared = new AtomicInteger();
            learner.learn(4, positive, 1f, () -> {
                compared.incrementAndGet();
                boolean sameAsTheEnd = true;
                for (int image = 0; image < 4; image++) {
                    for (int n = 0; n < 9; n++) {
                        sameAsTheEnd &= learner.states().negative(1).get(image, n)
                                == free.states(1).get(image, n);
                    }
                }
                assertFalse(sameAsTheEnd, "the free phase has gone on");
                free.saveState();
                nudged.saveState();
                free.free(5);
                nudged.nudge(positive ? 0.6f : -0.6f, 5);
                for (int l = 1; l <= 2; l++) {
                    for (int image = 0; image < 4; image++) {
                        for (int n = 0; n < topology.layout(l).neurons(); n++) {
                            assertEquals(
                                    free.states(l).get(image, n),
                                    learner.states().negative(l).get(image, n));
                            assertEquals(
                                    nudged.states(l).get(image, n),
                                    learner.states().positive(l).get(image, n));
                        }
                    }
                }
                assertNotEquals(
                        -1,
                        learner.states()
                                .positive(2)
                                .segment()
                                .mismatch(learner.states().negative(2).segment()));
            });
            assertEquals(1, compared.get());
            assertEquals(4 * 17, learner.steps().taken());
            assertEquals(4 * 12, learner.steps().freeTaken());
        }
    }
}
