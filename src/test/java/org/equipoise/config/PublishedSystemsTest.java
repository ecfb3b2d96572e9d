package org.equipoise.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.config.PhaseSettings.Reference;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presets of published systems have the constants of their sources. */
class PublishedSystemsTest {
    private static Configuration preset(String name, String... overrides) {
        return Presets.read(name, List.of(overrides));
    }

    /** β and the rates are those of the half squared error: twice what works without the half state. */
    @ParameterizedTest
    @CsvSource({
        "scellier-1fc, 20, 4, 0.5, 0.1, 0.05, 25",
        "scellier-2fc, 150, 6, 1.0, 0.4, 0.01, 60",
        "scellier-3fc, 500, 8, 1.0, 0.128, 0.002, 500",
        "oconnor-1fc, 100, 50, 0.5, 0.1, 0.05, 25",
        "oconnor-3fc, 100, 50, 1.0, 0.128, 0.002, 500"
    })
    void worksThatLeaveOutTheHalf(
            String name, int free, int nudge, float beta, float firstRate, float lastRate, int epochs) {
        Configuration system = preset(name);
        assertEquals(free, system.phases().free());
        assertEquals(nudge, system.phases().nudge());
        assertEquals(2 * beta, system.phases().beta());
        assertEquals(Scheme.RANDOM_SIGN, system.phases().scheme());
        assertEquals(2 * firstRate, system.learning().rates().getFirst());
        assertEquals(2 * lastRate, system.learning().rates().getLast());
        assertEquals(epochs, system.training().epochs());
        assertEquals(20, system.training().batch());
        assertEquals(Initialisation.GLOROT, system.training().initial());
    }

    @Test
    void theSquaredErrorWithoutTheHalfIsAnotherWayToWriteTheSame() {
        Configuration whole = preset("scellier-1fc", "learning.decay=0.02", "phases.beta=0.25");
        assertEquals(0.5f, whole.phases().beta());
        assertEquals(0.01f, whole.learning().decay());
        Configuration half = preset(
                "scellier-1fc",
                "learning.loss=mse",
                "learning.decay=0.01",
                "phases.beta=0.5",
                "learning.rates=[0.2, 0.1]");
        assertEquals(half, whole);
        BadInputException e = assertThrows(
                BadInputException.class,
                () -> preset("scellier-1fc", "learning.optimizer=adam", "learning.rates=[0.1, 0.1]"));
        assertTrue(e.getMessage().contains("squared-error and learning.optimizer is adam"), e.getMessage());
    }

    @Test
    void scellierKeepsParticlesAndOConnorComparesSameSteps() {
        assertEquals(ParticleStore.MEMORY, preset("scellier-1fc").training().particles());
        assertEquals(ParticleStore.FILE, preset("scellier-3fc").training().particles());
        Configuration spiking = preset("oconnor-3fc");
        assertEquals(Reference.SAME_STEP, spiking.phases().reference());
        assertEquals(200, spiking.stepsPerExample());
        assertEquals(
                new NeuronSettings.SigmaDelta(new Schedule(0.843, 0.0923), new Schedule(0.832, 0.584), 0.5f),
                spiking.neuron());
    }

    @Test
    void ernoultNudgesOutsideTheActivation() {
        Configuration system = preset("ernoult-2c1fc");
        assertEquals(new NeuronSettings.Rate(Schedule.constant(1), Activation.CLIP, Nudging.OUTSIDE), system.neuron());
        assertEquals(new PhaseSettings(200, 10, 0.4f, Scheme.ONE_SIDED), system.phases());
        assertEquals(List.of(0.15f, 0.035f, 0.015f), system.learning().rates());
        assertEquals(
                List.of(
                        new LayerSettings.Convolution(32, 5, 1, 0, new Pooling.Maximum(2)),
                        new LayerSettings.Convolution(64, 5, 1, 0, new Pooling.Maximum(2)),
                        new LayerSettings.Linear(10)),
                system.network().layers());
    }

    @Test
    void continualLearnersMoveWeightsInEveryStep() {
        Configuration cep = preset("cep-1fc");
        assertEquals(
                new Algorithm.ContinualEquilibriumPropagation(), cep.learning().algorithm());
        assertEquals(new PhaseSettings(40, 15, 0.2f, Scheme.ONE_SIDED), cep.phases());
        assertEquals(List.of(0.0056f, 0.0028f), cep.learning().rates());
        assertEquals(new NeuronSettings.Rate(Schedule.constant(1), Activation.SIGMOID, Nudging.OUTSIDE), cep.neuron());
        assertEquals(
                new Algorithm.EqSpike(Algorithm.UpdateTime.PHASE_END),
                preset("eqspike-1fc").learning().algorithm());
        Configuration restless = preset("eqspike-1fc", "learning.weights-move=every-step");
        assertEquals(
                new Algorithm.EqSpike(Algorithm.UpdateTime.EVERY_STEP),
                restless.learning().algorithm());
        assertEquals(restless, ConfigurationReader.read(restless.toYaml(), "written", List.of()));
    }

    @Test
    void laborieuxNormalisesFlipsAndCrops() {
        Configuration system = preset("laborieux-cifar10");
        assertEquals(new Augmentation(true, 4), system.training().augmentation());
        assertEquals(
                new Normalisation(List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.6069f, 0.5982f, 0.603f)),
                system.network().normalisation());
        assertEquals(new OptimiserSettings.Sgd(0.9f), system.learning().optimiser());
        assertEquals(3e-4f, system.learning().decay());
        assertEquals(new RateSchedule.Cosine(), system.learning().rateSchedule());
        assertEquals(NetworkSettings.Readout.SOFTMAX, system.network().readout());
        assertEquals(new PhaseSettings(250, 25, 1f, Scheme.SYMMETRIC), system.phases());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eqspike-1fc | neuron={kind: rate} | neuron.kind lif was expected",
                "eqspike-1fc | learning={algorithm: eqspike, loss: cross-entropy, readout: softmax, rates: [1, 1]} | readout state",
                "cep-1fc | phases.scheme=symmetric | one-sided or random-sign",
                "cep-1fc | phases.settle.tolerance=0.1 | settle: off",
                "cep-1fc | learning.optimizer=adam | sgd was expected",
                "cep-1fc | learning.weights-move=every-step | learning.algorithm is continual-ep, which has no such setting",
                "eqspike-1fc | learning.weights-move=never | one of every-step, phase-end",
                "eqspike-1fc | learning={algorithm: bptt, rates: [1, 1]} | neuron.kind is lif",
                "scellier-1fc | learning.algorithm=bptt | learning.algorithm is bptt and training.particles is memory",
            })
    void whatDoesNotFitIsRefused(String name, String override, String complaint) {
        BadInputException e = assertThrows(BadInputException.class, () -> preset(name, override));
        assertTrue(e.getMessage().contains(complaint), e.getMessage());
    }
}
