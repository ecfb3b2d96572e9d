package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Test;

/** Tiles count together what one tile of all images counts, whether they are used again or held. */
class SettlingTeamTest {
    private static final int IMAGES = 7;
    private static final int STEPS = 6;
    private static final NetworkSettings NETWORK = SmallNetworks.all().getLast();
    private static final Topology TOPOLOGY = Topology.of(NETWORK);
    private static final Configuration CONFIGURATION = new Configuration(
                    NETWORK,
                    new NeuronSettings.SigmaDelta(Schedule.constant(0.25), Schedule.constant(0.5), 0.5f),
                    new PhaseSettings(STEPS, 1, 1f, Scheme.SYMMETRIC),
                    new LearningSettings(
                            List.of(0.1f, 0.1f),
                            new OptimiserSettings.Sgd(0f),
                            0f,
                            new RateSchedule.Constant(),
                            new Algorithm.EquilibriumPropagation()),
                    new TrainingSettings(IMAGES, 1, 0))
            .withTile(2);

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();
    private final Ledger ledger = Ledger.unlimited();

    private static void settle(Settling settling, int first, int count) {
        for (int i = 0; i < count; i++) {
            float[] pixels = new RandomNetworks(first + i).image(NETWORK.input().size());
            SmallNetworks.fill(settling.image(), i, pixels);
        }
        settling.begin(count);
        settling.free(STEPS);
    }

    private SpikeCounts expected(Parameters parameters) {
        long[] fired = new long[TOPOLOGY.depth() + 1];
        long[] opportunities = new long[fired.length];
        try (Settling all =
                Settling.open(CONFIGURATION.neuron(), null, parameters, kernels, ledger, "all", IMAGES, false)) {
            settle(all, 0, IMAGES);
            all.countSpikes(fired, opportunities);
        }
        return new SpikeCounts(
                List.of(fired[0], fired[1], fired[2]), List.of(opportunities[0], opportunities[1], opportunities[2]));
    }

    @Test
    void tilesThatAreUsedAgainCountEachTime() {
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(TOPOLOGY, ledger)) {
            new RandomNetworks(1).fillOnGrid(parameters);
            parameters.derive(kernels, workers);
            SpikeCounts expected = expected(parameters);
            assertTrue(expected.spikes().getLast() > 0, "the output fires");
            try (SettlingTeam team = ledger.open(memory ->
                    new SettlingTeam(memory, CONFIGURATION, parameters, kernels, workers, IMAGES, TileUse.ONE_WAY))) {
                assertEquals(SpikeCounts.NONE, team.spikeCounts());
                AtomicInteger images = new AtomicInteger();
                team.forEachTile(IMAGES, (settling, first, count) -> {
                    images.addAndGet(count);
                    settle(settling, first, count);
                });
                assertEquals(IMAGES, images.get());
                assertEquals(expected, team.spikeCounts());
                assertArrayEquals(expected.rates(), team.firingRates());
                assertEquals(new StepCount((long) IMAGES * STEPS, 0, 0, 0), team.steps());
                team.forEachTile(IMAGES, SettlingTeamTest::settle);
                assertEquals(expected.plus(expected), team.spikeCounts());
                team.countSpikesAfter(expected);
                assertEquals(expected, team.spikeCounts());
                team.resetFiringRates();
                assertEquals(SpikeCounts.NONE, team.spikeCounts());
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** A held tile keeps its images from one call to the next, and counts when it is released. */
    @Test
    void heldTilesCountWhenTheyAreReleased() {
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(TOPOLOGY, ledger)) {
            new RandomNetworks(1).fillOnGrid(parameters);
            parameters.derive(kernels, workers);
            SpikeCounts expected = expected(parameters);
            try (SettlingTeam team = ledger.open(memory ->
                    new SettlingTeam(memory, CONFIGURATION, parameters, kernels, workers, IMAGES, TileUse.HELD))) {
                Settling[] held = new Settling[IMAGES];
                team.forEachHeldTile(IMAGES, (settling, first, count) -> {
                    held[first] = settling;
                    settle(settling, first, count);
                });
                assertEquals(SpikeCounts.NONE, team.spikeCounts());
                team.forEachHeldTile(IMAGES, (settling, first, count) -> assertEquals(held[first], settling));
                team.releaseTiles(IMAGES);
                assertEquals(expected, team.spikeCounts());
                assertEquals((long) IMAGES * STEPS, team.steps().taken());
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** Four tiles of two images are held; used again, there are as many as workers. */
    @Test
    void thereAreAsManyTilesAsAreHeldOrAtWork() {
        List<MemoryPlan> used = plans(IMAGES, TileUse.ONE_WAY);
        List<MemoryPlan> held = plans(IMAGES, TileUse.HELD);
        assertEquals(2, used.size());
        assertEquals(4, held.size());
        assertEquals("settling 3", held.getLast().owner());
        assertEquals(2, plans(1, TileUse.HELD).size());
    }

    private static List<MemoryPlan> plans(int images, TileUse use) {
        Workers workers = new Workers(2);
        return MemoryScope.count(memory -> new SettlingTeam(
                        memory, CONFIGURATION, Parameters.in(memory, TOPOLOGY), Kernels.scalar(), workers, images, use))
                .stream()
                .skip(1)
                .toList();
    }
}
