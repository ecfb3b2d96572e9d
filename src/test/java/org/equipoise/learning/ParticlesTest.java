package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.ParticleStore;
import org.equipoise.config.Schedule;
import org.equipoise.config.Upsampling;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.WorkFailedException;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParticlesTest {
    private static final int EXAMPLES = 6;
    private static final NeuronSettings RATE = new NeuronSettings.Rate(Schedule.constant(0.5), Activation.CLIP);

    @TempDir
    Path folder;

    private final Topology topology = Topology.of(new NetworkSettings(
            new ImageShape(1, 2, 2),
            List.of(new LayerSettings.Linear(5), new LayerSettings.Linear(3)),
            new Upsampling.Exact(),
            1f,
            NetworkSettings.Readout.STATE,
            null));

    @ParameterizedTest
    @EnumSource(value = ParticleStore.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyExampleStartsWhereItWasLeft(ParticleStore store) {
        Ledger ledger = Ledger.unlimited();
        try (Parameters parameters = Parameters.open(topology, ledger);
                Settling settling = Settling.open(RATE, null, parameters, Kernels.scalar(), ledger, "tile", 2, false)) {
            long before = ledger.currentBytes();
            Particles particles = ledger.open(memory -> Particles.in(memory, store, topology, EXAMPLES));
            assertNotNull(particles);
            try (particles) {
                Path file = folder.resolve("particles");
                particles.makeFile(file);
                assertFalse(Files.exists(file), "its name is gone already");
                assertEquals(topology.depth(), particles.states().size());
                long planned = MemoryScope.count(memory -> Particles.in(memory, store, topology, EXAMPLES)).stream()
                        .mapToLong(MemoryPlan::totalBytes)
                        .sum();
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
        assertNull(ledger.open(memory -> Particles.in(memory, ParticleStore.NONE, topology, EXAMPLES)));
        assertEquals(0, ledger.currentBytes());
        assertNotEquals(Particles.name(1), Particles.name(2));
    }

    @Test
    void aFileThatCannotBeMadeIsToldOfInOneSentence() {
        Ledger ledger = Ledger.unlimited();
        Particles particles = ledger.open(memory -> Particles.in(memory, ParticleStore.FILE, topology, EXAMPLES));
        assertNotNull(particles);
        try (particles) {
            Path missing = folder.resolve("missing");
            WorkFailedException failed =
                    assertThrows(WorkFailedException.class, () -> particles.makeFile(missing.resolve("particles")));
            assertEquals(
                    "The particles of 6 examples need a file of " + MemorySize.format(768) + " in " + missing
                            + ", which could not be written: no such file or folder exists.",
                    failed.getMessage());
            particles.makeFile(folder.resolve("particles"));
            assertEquals(2, particles.states().size());
        }
    }
}
