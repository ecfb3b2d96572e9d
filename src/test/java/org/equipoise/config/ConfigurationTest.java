package org.equipoise.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
    private static final String SMALL =
            "network: {input: [1, 8, 8], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 3}]}\n";

    private static final String FULL =
            ConfigurationReader.read(SMALL, "text", List.of()).toYaml();

    static List<String> presets() {
        return Presets.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetReadsAndReadsBackFromItsFullForm(String name) {
        Configuration configuration = Presets.read(name, List.of());
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
    }

    @Test
    void everyKindOfSettingReadsBack() {
        Configuration configuration = ConfigurationReader.read("""
                network:
                  input: [3, 9, 7]
                  layers: [{conv: 5, kernel: 4, stride: 2, pad: 1}, {conv: 6, kernel: 1, pool: avg3}, {linear: 4}]
                  upsampling: 0.5
                neuron: {kind: rate, epsilon: 0.843/t^0.0923, activation: half-clip}
                phases: {free: 7, nudge: 3, beta: 0.125, scheme: random-sign}
                learning: {rates: [0.5, 0, 2.5], rate-schedule: cosine, momentum: 0.9, decay: 3e-4}
                training: {batch: 3, epochs: 2, seed: -5, divergence: stop, tile: 7}
                """, "text", List.of());
        NeuronSettings.Rate neuron = assertInstanceOf(NeuronSettings.Rate.class, configuration.neuron());
        assertEquals(Activation.HALF_CLIP, neuron.activation());
        assertEquals(new Schedule(0.843, 0.0923), neuron.epsilon());
        assertEquals(Scheme.RANDOM_SIGN, configuration.phases().scheme());
        assertEquals(new RateSchedule.Cosine(), configuration.learning().rateSchedule());
        assertEquals(3e-4f, configuration.learning().decay());
        assertEquals(-5, configuration.training().seed());
        assertEquals(TrainingSettings.Divergence.STOP, configuration.training().divergence());
        assertEquals(7, configuration.training().tile());
        assertEquals(new Upsampling.Gain(0.5f), configuration.network().upsampling());
        assertEquals(
                new LayerSettings.Convolution(6, 1, 1, 0, new Pooling.Average(3)),
                configuration.network().layers().get(1));
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
    }

    @Test
    void maximumPoolingReadsBack() {
        Configuration configuration = ConfigurationReader.read(
                FULL, "text", List.of("network.layers=[{conv: 4, kernel: 3, pool: max3}, {linear: 3}]"));
        assertEquals(
                new LayerSettings.Convolution(4, 3, 1, 0, new Pooling.Maximum(3)),
                configuration.network().layers().getFirst());
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
    }

    @Test
    void backpropagationReadsBackAndNeedsNoNudge() {
        Configuration configuration = ConfigurationReader.read(SMALL + """
                phases: {free: 7}
                learning:
                  algorithm: bptt
                  truncate: 5
                  tape: checkpointed
                  surrogate: {kind: fast-sigmoid, width: 0.25}
                  reset: detached
                  rates: [0.5, 2.5]
                """, "text", List.of());
        assertEquals(
                new Backpropagation(5, Tape.CHECKPOINTED, new Surrogate.FastSigmoid(0.25f), Reset.DETACHED),
                configuration.learning().algorithm());
        assertEquals(7, configuration.stepsPerExample());
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
        Configuration usual = ConfigurationReader.read(
                SMALL, "text", List.of("learning={algorithm: bptt, rates: [1, 1]}", "phases={free: 3}"));
        assertEquals(
                new Backpropagation(Backpropagation.ALL, Tape.FULL, new Surrogate.Rectangular(0.5f), Reset.ATTACHED),
                usual.learning().algorithm());
        Configuration identity =
                ConfigurationReader.read(usual.toYaml(), "text", List.of("learning.surrogate={kind: identity}"));
        assertEquals(identity, ConfigurationReader.read(identity.toYaml(), "written", List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "learning.tape=full | learning.algorithm is ep",
                "learning.algorithm=btpp | one of",
                "learning={algorithm: bptt, rates: [1, 1], truncate: 0} | learning.truncate is 0",
                "learning={algorithm: bptt, rates: [1, 1], truncate: most} | 'most'",
                "learning={algorithm: bptt, rates: [1, 1], tape: fulll} | perhaps 'full' was meant",
                "learning={algorithm: bptt, rates: [1, 1], surrogate: {kind: rectangular, width: 0}} | width is 0.0",
                "learning={algorithm: bptt, rates: [1, 1], surrogate: {width: 1}} | 'learning.surrogate.kind' is missing",
                "learning={algorithm: bptt, rates: [1, 1], reset: lost} | one of attached, detached",
                "phases={free: 3} | 'phases.nudge' is missing",
            })
    void badSettingsOfTheAlgorithmAreNamed(String override, String complaint) {
        BadInputException e =
                assertThrows(BadInputException.class, () -> ConfigurationReader.read(FULL, "text", List.of(override)));
        assertTrue(String.valueOf(e.getMessage()).contains(complaint), e.getMessage());
    }

    @Test
    void winnersOfMaximumPoolingAreReadAndWritten() {
        String network = "network: {input: [1, 9, 9], layers: [{conv: 4, kernel: 3, pool: %s}, {linear: 3}]}\n"
                + "learning: {rates: [1, 1]}\n";
        for (Winners winners : Winners.values()) {
            String pool = "{max: 2, winners: " + Form.word(winners) + "}";
            Configuration configuration = ConfigurationReader.read(network.formatted(pool), "text", List.of());
            assertEquals(winners, configuration.network().winners());
            assertEquals(configuration, ConfigurationReader.read(configuration.toYaml(), "written", List.of()));
            assertTrue(configuration.toYaml().contains(winners == Winners.SENT ? "pool: max2" : "pool: " + pool));
        }
        Map<String, String> refused = Map.of(
                "{max: 1, winners: held}", "window side from 2 to 16",
                "{max: 2, winners: lost}", "sent, decoded, held",
                "{max: 2, losers: held}", "losers",
                "{max: 2}", "winners");
        refused.forEach((pool, complaint) -> {
            String message = String.valueOf(assertThrows(
                            BadInputException.class,
                            () -> ConfigurationReader.read(network.formatted(pool), "text", List.of()))
                    .getMessage());
            assertTrue(message.contains(complaint), message);
        });
        String held = network.formatted("{max: 2, winners: held}");
        String message = String.valueOf(assertThrows(
                        BadInputException.class,
                        () -> ConfigurationReader.read(held, "text", List.of("learning.algorithm=bptt")))
                .getMessage());
        assertTrue(message.contains("spikes are pooled by other winners"), message);
    }

    @Test
    void backpropagationSeesImagesAsSpikes() {
        String message = String.valueOf(assertThrows(
                        BadInputException.class,
                        () -> ConfigurationReader.read(
                                FULL,
                                "text",
                                List.of(
                                        "learning={algorithm: bptt, rates: [1, 1]}",
                                        "neuron={kind: sigma-delta, epsilon: 0.1, lambda: 0.6, image: current}")))
                .getMessage());
        assertTrue(message.contains("learning.algorithm is bptt and neuron.image is current"), message);
    }

    @Test
    void backpropagationTakesEveryStep() {
        String algorithm = "learning={algorithm: bptt, rates: [1, 1]}";
        BadInputException e = assertThrows(
                BadInputException.class,
                () -> ConfigurationReader.read(FULL, "text", List.of(algorithm, "phases.settle.tolerance=0.01")));
        assertEquals(
                "learning.algorithm is bptt and phases.settle ends phases early (--set " + algorithm
                        + " line 1); settle: off was expected with it.",
                e.getMessage());
        Configuration off = ConfigurationReader.read(
                FULL, "text", List.of(algorithm, "phases.settle.tolerance=0.01", "phases.settle=off"));
        assertNull(off.phases().settle());
        assertTrue(String.valueOf(assertThrows(
                                BadInputException.class,
                                () -> ConfigurationReader.read(FULL, "text", List.of(algorithm, "phases.average=2")))
                        .getMessage())
                .contains("phases.average is 2"));
    }

    @Test
    void whatIsLeftOutIsThePapers() {
        Configuration configuration = ConfigurationReader.read(SMALL, "text", List.of());
        assertEquals(new PhaseSettings(250, 50, 0.9f, Scheme.SYMMETRIC), configuration.phases());
        assertEquals(
                new NeuronSettings.SigmaDelta(Schedule.constant(0.1), Schedule.constant(0.6), 0.5f),
                configuration.neuron());
        assertEquals(2, configuration.learning().rates().size());
    }

    @Test
    void overridesReplaceSingleSettings() {
        Configuration configuration = ConfigurationReader.read(
                SMALL,
                "text",
                List.of("training={batch: 7, epochs: 1}", "learning.rates=[0.25, 0.5]", "network.upsampling=2"));
        assertEquals(7, configuration.training().batch());
        assertEquals(List.of(0.25f, 0.5f), configuration.learning().rates());
        assertEquals(new Upsampling.Gain(2f), configuration.network().upsampling());
    }

    @Test
    void phasesMayEndEarly() {
        assertNull(ConfigurationReader.read(FULL, "text", List.of()).phases().settle());
        Configuration configuration =
                ConfigurationReader.read(FULL, "text", List.of("phases.settle={tolerance: 1e-3, window: 7}"));
        assertEquals(new SettleCriterion(1e-3, 7), configuration.phases().settle());
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
        assertNull(ConfigurationReader.read(yaml, "written", List.of("phases.settle=off"))
                .phases()
                .settle());
        assertEquals(
                new SettleCriterion(0.5, 10),
                ConfigurationReader.read(FULL, "text", List.of("phases.settle.tolerance=0.5"))
                        .phases()
                        .settle());
    }

    @Test
    void schedulesAnnealWithTheStep() {
        Schedule schedule = new Schedule(0.8, 0.5);
        assertEquals(0.8f, schedule.at(1));
        assertEquals(0.4f, schedule.at(4));
        assertEquals(0.1f, Schedule.constant(0.1).at(1000));
        Schedule stopping = new Schedule(0.8, 0.5, 0.25);
        assertEquals(0.4f, stopping.at(4));
        assertEquals(0.25f, stopping.at(100));
        for (String written : List.of("0.8/t^0.5..0.25", "0.8/t^0.5")) {
            Configuration configuration =
                    ConfigurationReader.read(SMALL, "text", List.of("neuron={kind: rate, epsilon: " + written + "}"));
            assertTrue(configuration.toYaml().contains("epsilon: " + written), configuration.toYaml());
            assertEquals(configuration, ConfigurationReader.read(configuration.toYaml(), "written", List.of()));
        }
        for (String wrong : List.of("0.8/t^0.5..0.8", "0.8/t^0.5..-0.1", "0.8/t^0..0.1", "0.8/t^0.5..", "0.8..0.1")) {
            assertThrows(
                    BadInputException.class,
                    () -> ConfigurationReader.read(
                            SMALL, "text", List.of("neuron={kind: rate, epsilon: " + wrong + "}")),
                    wrong);
        }
    }

    @Test
    void theCosineFallsFromOneToNearlyNothing() {
        RateSchedule cosine = new RateSchedule.Cosine();
        assertEquals(1f, cosine.factor(0, 10, 10));
        assertEquals(0.5f, cosine.factor(50, 10, 10), 1e-6f);
        assertTrue(cosine.factor(99, 10, 10) < 0.001f);
    }

    @Test
    void aLongerRunStretchesTheCosineAndLeavesTheStepsWhereTheyAre() {
        assertEquals(0.5f, new RateSchedule.Cosine().factor(100, 10, 20), 1e-6f);
        RateSchedule steps = new RateSchedule.Step(3, 0.5f);
        for (int epochs : new int[] {10, 20}) {
            assertEquals(1f, steps.factor(0, 10, epochs));
            assertEquals(1f, steps.factor(29, 10, epochs));
            assertEquals(0.5f, steps.factor(30, 10, epochs));
            assertEquals(0.5f, steps.factor(59, 10, epochs));
            assertEquals(0.125f, steps.factor(99, 10, epochs));
        }
    }

    @Test
    void ratesRiseEvenlyToTheSchedule() {
        for (String schedule : List.of("constant", "cosine", "{kind: step, every: 1, factor: 0.5}")) {
            LearningSettings cold = learning("learning.rate-schedule=" + schedule);
            LearningSettings warm = learning("learning.rate-schedule=" + schedule, "learning.warm-up=2.5");
            for (int update = 0; update < 40; update++) {
                float scheduled = cold.rateSchedule().factor(update, 4, 10);
                assertEquals(scheduled, cold.rateFactor(update, 4, 10));
                assertEquals(
                        update < 9 ? (float) (scheduled * ((update + 1) / 10.0)) : scheduled,
                        warm.rateFactor(update, 4, 10));
            }
        }
    }

    private static LearningSettings learning(String... overrides) {
        List<String> all = new ArrayList<>(List.of("learning.rates=[1, 1]"));
        all.addAll(List.of(overrides));
        return ConfigurationReader.read(SMALL, "text", all).learning();
    }

    @Test
    void decayThatIsNotPartOfALossDoesNotChangeWithIt() {
        assertEquals(
                0.05f,
                learning("learning.loss=squared-error", "learning.decay=0.1").decay());
        assertEquals(
                0.1f,
                learning("learning.loss=squared-error", "learning.decay=0.1", "learning.decay-form=decoupled")
                        .decay());
    }

    @Test
    void momentumIsOfDescentAlone() {
        learning("learning.optimizer=adam", "learning.nesterov=false", "learning.momentum=0");
        String message = String.valueOf(assertThrows(
                        BadInputException.class, () -> learning("learning.optimizer=adam", "learning.nesterov=true"))
                .getMessage());
        assertTrue(message.startsWith("learning.nesterov is set ("), message);
        assertEquals(
                new OptimiserSettings.Sgd(0.5f, true),
                learning("learning.momentum=0.5", "learning.nesterov=true").optimiser());
    }

    @Test
    void adamStepsAndAReadoutReadBack() {
        Configuration configuration = ConfigurationReader.read(
                FULL,
                "text",
                List.of("learning={loss: cross-entropy, readout: softmax, rates: [0.1, 0.2],"
                        + " optimizer: {kind: adam, beta1: 0.8, epsilon: 1e-6},"
                        + " rate-schedule: {kind: step, every: 7, factor: 0.25}}"));
        assertEquals(
                new OptimiserSettings.Adam(0.8f, 0.999f, 1e-6f),
                configuration.learning().optimiser());
        assertEquals(new RateSchedule.Step(7, 0.25f), configuration.learning().rateSchedule());
        assertEquals(NetworkSettings.Readout.SOFTMAX, configuration.network().readout());
        String yaml = configuration.toYaml();
        assertEquals(configuration, ConfigurationReader.read(yaml, "written", List.of()));
    }

    @Test
    void aKindWithoutSettingsMayBeAWord() {
        List<String> words = List.of("learning={rates: [1, 1], optimizer: adam, rate-schedule: cosine}");
        List<String> mappings =
                List.of("learning={rates: [1, 1], optimizer: {kind: adam}, rate-schedule: {kind: cosine}}");
        LearningSettings learning =
                ConfigurationReader.read(FULL, "text", words).learning();
        assertEquals(OptimiserSettings.Adam.DEFAULT, learning.optimiser());
        assertEquals(learning, ConfigurationReader.read(FULL, "text", mappings).learning());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training.batch=0 | training.batch is 0",
                "training.batch=many | 'many'",
                "training.divergence=wran | perhaps 'warn' was meant",
                "training.tile=0 | a whole number from 1 to 1000000 was expected",
                "training.bach=3 | perhaps 'batch' was meant",
                "phases.beta=0 | phases.beta is 0.0",
                "phases.beta=NaN | 'NaN'",
                "phases.scheme=symetric | perhaps 'symmetric' was meant",
                "phases.free=-1 | phases.free is -1",
                "phases.settle=on | one of off",
                "phases.settle={window: 3} | 'phases.settle.tolerance' is missing",
                "phases.settle={tolerance: 0} | phases.settle.tolerance is 0.0",
                "phases.settle={tolerance: -1e-3} | phases.settle.tolerance is -0.001",
                "phases.settle={tolerance: 2} | phases.settle.tolerance is 2.0",
                "phases.settle={tolerance: 1e-3, window: 0} | phases.settle.window is 0",
                "phases.settle={tolerance: 1e-3, windows: 2} | perhaps 'window' was meant",
                "neuron.kind=lift | one of sigma-delta, rate, lif",
                "neuron={kind: lif, leak: 1} | neuron.leak is 1.0",
                "neuron={kind: lif, threshold: 0} | neuron.threshold is 0.0",
                "neuron={kind: lif, filter: 0} | neuron.filter is 0.0",
                "neuron={kind: rate, nudge: out} | one of inside, outside",
                "neuron.kind=[a] | not a single value",
                "neuron={kind: sigma-delta, epsilon: 2, lambda: 0.5} | epsilon or lambda is 2.0",
                "neuron={kind: sigma-delta, lambda: 0.5} | 'neuron.epsilon' is missing",
                "neuron={kind: sigma-delta, epsilon: 0.1, lambda: 0.5, threshold: 1.5} | neuron.threshold",
                "learning.rates=[0.1] | learning.rates has 1 values",
                "learning.rates=0.1 | not a list",
                "learning.momentum=1 | learning.momentum is 1.0",
                "learning.algorithm=c-ep | one of ep, continual-ep, eqspike, bptt",
                "learning.algorithm=continual-ep | a second phase starts from the free state",
                "learning.algorithm=eqspike | a second phase starts from the free state",
                "phases.against=same-step | compares with no free state",
                "training.initial=zero | one of fan-in, glorot",
                "training.particles=disk | one of none, memory, file",
                "training.particles=memory | neuron.kind is not rate and training.particles is memory",
                "training.augment=flip | one of none",
                "training.augment={flip: yes} | one of true, false",
                "training.augment={crop: -1} | training.augment.crop is -1",
                "network.normalise={mean: [0.5], deviation: [0]} | network.normalise.deviation holds 0.0",
                "network.normalise={mean: [0.5, 0.5], deviation: [1, 1]} | 2 means and network.input 1 channels",
                "network.normalise={mean: [0.5], deviation: [1, 1]} | 1 means and 2 deviations",
                "network.normalise={mean: [0.5], deviation: [1]} | moves pixels out of [0, 1]",
                "learning.loss=cross-entropy | learning.loss is cross-entropy but learning.readout is state",
                "learning.readout=softmax | learning.loss is mse but learning.readout is softmax",
                "learning.loss=hinge | one of mse, squared-error, cross-entropy",
                "learning.readout=soft-max | perhaps 'softmax' was meant",
                "learning.optimizer=lion | one of sgd, adam",
                "learning={rates: [1, 1], optimizer: adam, momentum: 0.5} | learning.momentum is 0.5",
                "learning.optimizer={beta1: 0.9} | 'learning.optimizer.kind' is missing",
                "learning.optimizer={kind: adam, beta1: 1} | learning.optimizer.beta1 is 1.0",
                "learning.optimizer={kind: adam, beta2: -1} | learning.optimizer.beta2 is -1.0",
                "learning.optimizer={kind: adam, epsilon: 0} | learning.optimizer.epsilon is 0.0",
                "learning.optimizer={kind: adam, beta3: 0} | 'learning.optimizer.beta3' is not a setting",
                "learning.optimizer={kind: sgd, beta1: 0} | 'learning.optimizer.beta1' is not a setting",
                "learning.optimizer=[adam] | not a single value",
                "learning.rate-schedule=step | {kind: step, every: EPOCHS, factor: F}",
                "learning.rate-schedule=linear | one of constant, cosine, step",
                "learning.rate-schedule={kind: step, every: 0, factor: 0.5} | learning.rate-schedule.every is 0",
                "learning.rate-schedule={kind: step, every: 1, factor: 2} | learning.rate-schedule.factor is 2.0",
                "learning.rate-schedule={kind: step, every: 1} | 'learning.rate-schedule.factor' is missing",
                "learning.rate-schedule={kind: cosine, every: 1} | 'learning.rate-schedule.every' is not a setting",
                "network.input=[1, 8] | network.input has 2 values",
                "network.input=[0, 8, 8] | network.input is [0, 8, 8]",
                "network.layers=[{linear: 3}, {conv: 4, kernel: 3}] | does not end with a linear layer",
                "network.layers=[{linear: 3}, {conv: 4, kernel: 3}, {linear: 3}] | a convolution after a linear layer",
                "network.layers=[{conv: 4, kernel: 3, pool: min2}, {linear: 3}] | 'min2'",
                "network.layers=[{conv: 4, kernel: 3, pool: max1}, {linear: 3}] | pool: max1",
                "network.layers=[{conv: 4, kernel: 3, pool: max17}, {linear: 3}] | from 2 to 16, such as max2",
                "network.layers=[{conv: 4, kernel: 3, pool: max}, {linear: 3}] | the average or maximum over a window",
                "network.layers=[{conv: 4, kernel: 3, pad: 3}, {linear: 3}] | pad: 3",
                "network.layers=[{conv: 0, kernel: 3}, {linear: 3}] | conv: 0",
                "network.upsampling=0 | network.upsampling is 0.0",
                "network=3 | not a mapping",
                "=3 | sets nothing",
                "training.batch={ | is not YAML",
            })
    void whatCannotBeIsRefusedByName(String override, String named) {
        String message = assertThrows(
                        BadInputException.class, () -> ConfigurationReader.read(FULL, "text", List.of(override)))
                .getMessage();
        assertTrue(message.contains(named), message);
        assertTrue(message.endsWith(".") && !message.contains("\n"), message);
    }

    @Test
    void aReadoutNeedsNeuronsToRead() {
        List<String> overrides = List.of(
                "network.layers=[{linear: 3}]", "learning={rates: [0.1], loss: cross-entropy, readout: softmax}");
        String message = assertThrows(BadInputException.class, () -> ConfigurationReader.read(FULL, "text", overrides))
                .getMessage();
        assertTrue(message.contains("leaves no neurons"), message);
    }

    @Test
    void aLineIsNamed() {
        String yaml = SMALL
                + "training: {batch: 3, epochs: 1}\nphases:\n  free: 3\n  nudge: 1\n  beta: 0.1\n  shceme: symmetric\n";
        String message = assertThrows(
                        BadInputException.class, () -> ConfigurationReader.read(yaml, "net.yaml", List.of()))
                .getMessage();
        assertTrue(message.contains("net.yaml line 7") && message.contains("'scheme'"), message);
    }
}
