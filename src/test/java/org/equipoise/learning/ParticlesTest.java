package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.ParticleStore;
import org.equipoise.config.Schedule;
import org.equipoise.config.Upsampling;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParticlesTest {
    private static final int EXAMPLES = 6;
    private static final NeuronSettings RATE = new NeuronSettings.Rate(Schedule.constant(0.5), Activation.CLIP);

    private final Topology topology = Topology.of(new NetworkSettings(
            new ImageShape(1, 2, 2),
            List.of(new LayerSettings.Linear(5), new LayerSettings.Linear(3)),
            new Upsampling.Exact()));

    @ParameterizedTest
    @EnumSource(value = ParticleStore.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyExampleStartsWhereItWasLeft(ParticleStore store) {
        Ledger ledger = Ledger.unlimited();
        try (Parameters parameters = Parameters.open(topology, ledger);
                Settling settling = Settling.open(RATE, null, parameters, Kernels.scalar(), ledger, "tile", 2, false)) {
            long before = ledger.currentBytes();
            Particles particles = Particles.open(store, topology, EXAMPLES, ledger);
            assertNotNull(particles);
            try (particles) {
                assertEquals(topology.depth(), particles.states().size());
                long planned = Particles.plan(store, topology, EXAMPLES)
                        .map(plan -> plan.totalBytes())
                        .orElse(0L);
                assertEquals(planned, ledger.currentBytes() - before);
                assertEquals(store == ParticleStore.MEMORY, planned > 0);
                // The second half of a batch of four, of which the tile has images 1 and 2: examples 0 and 5.
                particles.select(new int[] {4, 1, 3, 0, 5, 2}, 2);
                settling.begin(2);
                for (int l = 1; l <= topology.depth(); l++) {
                    settling.states(l).set(0, 1, 10f * l);
                    settling.states(l).set(1, 1, 10f * l + 1);
                }
                particles.keep(settling, 1, 2);
                for (int l = 1; l <= topology.depth(); l++) {
                    FloatTensor kept = particles.states().get(l - 1);
                    float[] expected = {10f * l, 0f, 0f, 0f, 0f, 10f * l + 1};
                    for (int example = 0; example < EXAMPLES; example++) {
                        assertEquals(expected[example], kept.get(example, 1), "layer " + l + ", example " + example);
                        assertEquals(0f, kept.get(example, 0));
                    }
                }
                particles.select(new int[] {1, 5}, 0);
                settling.begin(2);
                particles.restore(settling, 0, 2);
                for (int l = 1; l <= topology.depth(); l++) {
                    assertEquals(0f, settling.states(l).get(0, 1));
                    assertEquals(10f * l + 1, settling.states(l).get(1, 1));
                }
            }
            assertEquals(before, ledger.currentBytes());
        }
    }

    @Test
    void noneAreKeptWhereNoneAreAskedFor() {
        Ledger ledger = Ledger.unlimited();
        assertNull(Particles.open(ParticleStore.NONE, topology, EXAMPLES, ledger));
        assertEquals(0, ledger.currentBytes());
        assertEquals(
                true, Particles.plan(ParticleStore.NONE, topology, EXAMPLES).isEmpty());
        assertNotEquals(Particles.name(1), Particles.name(2));
    }
}
