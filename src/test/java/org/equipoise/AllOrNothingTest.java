package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.TileUse;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.Learner;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.ScarceMemory;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot have all of its memory keeps none, whichever part the machine refuses. */
class AllOrNothingTest {
    private static final int COUNT = 9;
    private static final float[] IMAGES = Stripes.images(COUNT);
    private static final int[] LABELS = Stripes.labels(COUNT);

    private static Configuration configuration(String... settings) {
        return ConfigurationReader.read(Stripes.NETWORK, "test", List.of(settings));
    }

    /** Opens something for a network whose parameters there is memory for elsewhere. */
    private interface Part {
        Runnable open(Configuration configuration, Parameters parameters, Workers workers, Ledger ledger);
    }

    private static void assertAllOrNothing(Configuration configuration, Part part) {
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(Topology.of(configuration.network()), Ledger.unlimited())) {
            ScarceMemory.assertAllOrNothing(
                    ledger -> part.open(configuration, parameters, workers, ledger),
                    ledger -> part.open(configuration.withBatch(2), parameters, workers, ledger));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ONE_WAY", "BACK_AND_FORTH", "HELD"})
    void aTeam(TileUse use) {
        assertAllOrNothing(configuration("training.tile=2"), (configuration, parameters, workers, ledger) -> {
            SettlingTeam team = ledger.open(memory -> new SettlingTeam(
                    memory,
                    configuration,
                    parameters,
                    Kernels.scalar(),
                    workers,
                    configuration.training().batch(),
                    use));
            return team::close;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ep", "bptt", "continual-ep"})
    void aLearner(String algorithm) {
        Configuration asked =
                configuration("learning.algorithm=" + algorithm, "neuron.kind=rate", "phases.scheme=one-sided");
        assertAllOrNothing(asked, (configuration, parameters, workers, ledger) -> {
            Learner learner = Learner.open(configuration, parameters, Kernels.scalar(), workers, ledger);
            return learner::close;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"training.shards=1", "training.shards=4"})
    void allThatTrainingTakes(String shards) {
        Configuration configuration = configuration(shards, "learning.weight-average=0.9");
        ImageSet images = ImageSet.ofNumbers(
                "stripes", MemorySegment.ofArray(IMAGES), 1, Stripes.SIDE, Stripes.SIDE, LABELS, Stripes.CLASSES);
        ScarceMemory.assertAllOrNothing(
                ledger -> training(configuration, images, ledger),
                ledger -> training(configuration.withBatch(4), images, ledger));
    }

    private static Runnable training(Configuration configuration, ImageSet images, Ledger ledger) {
        return TrainingState.open(configuration, images, new Machine(Kernels.scalar(), 2, ledger))::close;
    }

    @Test
    void aNetworkAndItsPredictors() {
        ScarceMemory.assertAllOrNothing(
                AllOrNothingTest::predictor,
                ledger -> Stripes.builder().ledger(ledger).open()::close);
    }

    /** Refused, the network that was to be copied is closed. */
    private static Runnable predictor(Ledger ledger) {
        try (Equipoise network = Stripes.builder().ledger(ledger).open()) {
            return network.predictor(3)::close;
        }
    }

    /** Refused once, a network holds what it held, and does it the next time. */
    @Test
    void anEmbeddedNetwork() {
        List<Consumer<Equipoise>> uses = List.of(
                network -> network.train(IMAGES, LABELS),
                network -> network.evaluate(IMAGES, LABELS),
                network -> network.settle(Stripes.image(0)),
                network -> network.predictor(2).close());
        for (Consumer<Equipoise> use : uses) {
            int refused = 2; // the first request is that of the parameters
            while (refusedOnce(use, refused)) {
                refused++;
            }
            assertTrue(refused > 2, "it asks for memory");
        }
    }

    private static boolean refusedOnce(Consumer<Equipoise> use, int refused) {
        Ledger ledger = ScarceMemory.refusing(refused);
        try (Equipoise network = Stripes.builder().ledger(ledger).open()) {
            long before = ledger.currentBytes();
            try {
                use.accept(network);
                return false;
            } catch (BudgetExceededException e) {
                assertEquals(before, ledger.currentBytes(), "after refusal " + refused);
                assertEquals(1, ledger.openPlans().size());
            }
            use.accept(network);
            return true;
        }
    }

    @Test
    void aNetworkWithoutParameters() {
        EquipoiseBuilder builder = Stripes.builder().ledger(ScarceMemory.refusing(1));
        assertThrows(BudgetExceededException.class, builder::open);
        builder.open().close();
    }
}
