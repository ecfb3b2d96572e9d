package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.Presets;
import org.equipoise.config.SettleCriterion;
import org.equipoise.data.Dataset;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is predicted before a run is what the run takes, to the byte. */
class MemoryPredictionTest {
    private static final int NARROWER = 16;
    private static final long MEGABYTE = 1_000_000;

    private static Machine machine(int threads, Ledger ledger) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads, ledger);
    }

    private static long predicted(Configuration configuration, int threads) {
        return TrainingState.plans(configuration, threads, 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    private static Configuration preset(String name, LearningVariant variant, int timeSteps, int batch) {
        List<String> settings = new ArrayList<>(variant.settings());
        settings.add("phases.free=" + timeSteps);
        settings.add("phases.nudge=2");
        settings.add("phases.beta=0.9");
        settings.add("phases.average=1");
        settings.add("training.batch=" + batch);
        return Presets.read(name, settings);
    }

    /** The same layers with fewer channels; the output keeps its classes. */
    private static Configuration shrunk(Configuration configuration) {
        NetworkSettings network = configuration.network();
        List<LayerSettings> layers = new ArrayList<>();
        for (LayerSettings layer : network.layers()) {
            boolean last = layers.size() == network.layers().size() - 1;
            layers.add(last ? layer : narrower(layer));
        }
        return new Configuration(
                new NetworkSettings(
                        network.input(),
                        layers,
                        network.upsampling(),
                        network.feedback(),
                        NetworkSettings.Readout.STATE,
                        null),
                configuration.neuron(),
                configuration.phases(),
                configuration.learning(),
                configuration.training());
    }

    private static LayerSettings narrower(LayerSettings layer) {
        return switch (layer) {
            case LayerSettings.Convolution wide ->
                new LayerSettings.Convolution(
                        Math.max(1, wide.channels() / NARROWER),
                        wide.kernel(),
                        wide.stride(),
                        wide.padding(),
                        wide.pooling());
            case LayerSettings.Linear wide -> new LayerSettings.Linear(Math.max(1, wide.units() / NARROWER));
        };
    }

    /** Every preset and way of learning, with batches on both sides of a tile's size and time steps and threads drawn anew. */
    static Stream<Arguments> cases() {
        Random random = new Random(31);
        List<Arguments> cases = new ArrayList<>();
        for (String preset : Presets.names()) {
            for (LearningVariant variant : variants(preset)) {
                for (int batch : new int[] {1, 2, 7, 33, 65, 66 + random.nextInt(60)}) {
                    cases.add(Arguments.of(preset, variant, batch, 1 + random.nextInt(9), 1 + random.nextInt(3)));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void measuredIsPredicted(String name, LearningVariant variant, int batch, int timeSteps, int threads) {
        Configuration configuration = shrunk(preset(name, variant, timeSteps, batch));
        Ledger ledger = Ledger.unlimited();
        Footprint measured = Footprint.ofOneBatch(configuration, machine(threads, ledger));
        assertEquals(predicted(configuration, threads), measured.peakBytes());
        assertEquals(0, ledger.currentBytes());
    }

    /** Earlier activations, to compare with, are held for each image of a tile, and only where phases may end early. */
    @ParameterizedTest
    @CsvSource({"quick,1,7", "paper-mnist,2,33"})
    void endingPhasesEarlyTakesACopyOfTheActivations(String name, int threads, int batch) {
        Configuration without = shrunk(preset(name, LearningVariant.EP, 9, batch));
        PhaseSettings phases = without.phases();
        Configuration with = new Configuration(
                without.network(),
                without.neuron(),
                phases.settling(new SettleCriterion(0.01, 2)),
                without.learning(),
                without.training());
        Topology topology = Topology.of(with.network());
        long copies = 0;
        for (int l = 1; l <= topology.depth(); l++) {
            long floats = FloatTensor.floatsNeeded(topology.layout(l), Math.ceilDiv(batch, threads));
            copies += threads * floats * Float.BYTES;
        }
        assertEquals(copies, predicted(with, threads) - predicted(without, threads));
        Ledger ledger = Ledger.unlimited();
        Footprint measured = Footprint.ofOneBatch(with, machine(threads, ledger));
        assertEquals(predicted(with, threads), measured.peakBytes());
    }

    static Stream<Arguments> presets() {
        return Presets.names().stream()
                .flatMap(name -> variants(name).stream().map(variant -> Arguments.of(name, variant)));
    }

    /** Leaky integrate-and-fire neurons are not walked back. */
    private static List<LearningVariant> variants(String preset) {
        return Presets.read(preset, List.of()).neuron() instanceof NeuronSettings.Lif
                ? List.of(LearningVariant.EP)
                : List.of(LearningVariant.values());
    }

    /** Full networks are only opened: running them adds nothing to what an arena was opened for. */
    @ParameterizedTest
    @MethodSource("presets")
    void everyAccountIsAsPredicted(String name, LearningVariant variant) {
        Configuration configuration = preset(name, variant, 20, 10);
        Ledger ledger = Ledger.unlimited();
        Map<Account, Long> held;
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), 2, ledger);
        Dataset images = Footprint.randomImages(configuration);
        try (TrainingState state = TrainingState.open(configuration, images.train(), machine)) {
            Trainer trainer = new Trainer(configuration, images, machine, state);
            held = new HashMap<>(ledger.bytesByAccount());
            assertEquals(0, trainer.progress().sampleSteps());
        }
        assertEquals(Ledger.byAccount(TrainingState.plans(configuration, 2, 0)), held);
    }

    @ParameterizedTest
    @CsvSource({"quick,1,1,7", "quick,3,2,20", "paper-mnist,2,5,33", "paper-mnist-crnn,2,7,40", "eqspike-1fc,2,3,11"})
    void measuredIsPredictedWithTilesOfAnySize(String name, int threads, int tile, int batch) {
        for (LearningVariant variant : variants(name)) {
            Configuration configuration =
                    shrunk(preset(name, variant, 5, batch)).withTile(tile);
            Ledger ledger = Ledger.unlimited();
            Footprint measured = Footprint.ofOneBatch(configuration, machine(threads, ledger));
            assertEquals(predicted(configuration, threads), measured.peakBytes(), variant.label());
        }
    }

    /** With small tiles an image more is its pixels, its target, and what it settled in at the end of either nudge phase. */
    @Test
    void anImageMoreIsItsStatesOnceTilesAreFull() {
        Configuration ten = preset("paper-mnist", LearningVariant.EP, 150, 10).withTile(5);
        assertTrue(predicted(ten, 2) <= 64 * MEGABYTE, predicted(ten, 2) + " bytes");
        Topology topology = Topology.of(ten.network());
        long states = FloatTensor.floatsNeeded(topology.layout(0), 1);
        for (int l = 1; l <= topology.depth(); l++) {
            states += 2 * FloatTensor.floatsNeeded(topology.layout(l), 1);
        }
        states += FloatTensor.floatsNeeded(topology.output(), 1);
        for (int batch : new int[] {20, 50, 125, 500}) {
            long further = (predicted(ten.withBatch(batch), 2) - predicted(ten, 2)) / (batch - 10);
            assertEquals(states * Float.BYTES, further, states * Float.BYTES / 50, batch + " images");
        }
    }

    @Test
    void equilibriumPropagationDoesNotPayForTimeSteps() {
        for (String name : Presets.names()) {
            assertEquals(
                    predicted(preset(name, LearningVariant.EP, 25, 10), 2),
                    predicted(preset(name, LearningVariant.EP, 1000, 10), 2));
        }
    }

    @Test
    void backPropagationPaysForEveryStepOrForTheirRoot() {
        long hundred = predicted(preset("paper-mnist", LearningVariant.BPTT, 100, 10), 2);
        long twoHundred = predicted(preset("paper-mnist", LearningVariant.BPTT, 200, 10), 2);
        long fourHundred = predicted(preset("paper-mnist", LearningVariant.BPTT, 400, 10), 2);
        assertEquals(2.0, (double) (fourHundred - twoHundred) / (twoHundred - hundred), 0.01);
        assertTrue(
                growth(LearningVariant.BPTT_CHECKPOINTED) < growth(LearningVariant.BPTT) / 2,
                growth(LearningVariant.BPTT_CHECKPOINTED) + " of " + growth(LearningVariant.BPTT));
    }

    /** A configuration whose phases may end early is compared with back-propagation through all steps. */
    @Test
    void backPropagationIsComparedWithPhasesThatEndEarly() {
        for (LearningVariant variant : LearningVariant.values()) {
            List<String> settings = new ArrayList<>(List.of("phases.settle.tolerance=0.01"));
            settings.addAll(variant.settings());
            Configuration configuration = Presets.read("paper-mnist", settings);
            assertEquals(variant == LearningVariant.EP, configuration.phases().settle() != null, variant.label());
        }
    }

    /** What four times as many steps cost. */
    private static long growth(LearningVariant variant) {
        return predicted(preset("paper-mnist", variant, 4000, 10), 2)
                - predicted(preset("paper-mnist", variant, 1000, 10), 2);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void thePapersNetworkLearnsTenImagesInSixtyFourMegabytes(int threads) {
        long bytes = predicted(preset("paper-mnist", LearningVariant.EP, 150, 10), threads);
        assertTrue(bytes <= 64 * MEGABYTE, bytes + " bytes");
    }
}
