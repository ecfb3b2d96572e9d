package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
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
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tape takes the memory that was planned for it, and one with checkpoints takes less of it. */
class UnrollingTest {
    private static final int IMAGES = 5;
    private static final int STEPS = 40;
    private static final Tiling TILING = Tiling.of(IMAGES, 2, 2);

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();
    private final Ledger ledger = Ledger.unlimited();

    static List<NetworkSettings> networks() {
        return SmallNetworks.all();
    }

    private static Configuration configuration(NetworkSettings network, NeuronSettings neuron) {
        List<Float> rates = network.layers().stream().map(layer -> 0.1f).toList();
        return new Configuration(
                network,
                neuron,
                new PhaseSettings(STEPS, 1, 1f, Scheme.SYMMETRIC),
                new LearningSettings(
                        rates,
                        new OptimiserSettings.Sgd(0f),
                        0f,
                        new RateSchedule.Constant(),
                        new Algorithm.EquilibriumPropagation()),
                new TrainingSettings(IMAGES, 1, 0));
    }

    private long held(Configuration configuration, Tape tape, Surrogate surrogate) {
        Backpropagation settings = new Backpropagation(Backpropagation.ALL, tape, surrogate, Reset.ATTACHED);
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = Parameters.open(topology, ledger)) {
            long before = ledger.currentBytes();
            Function<MemoryScope, Unrolling> constructor =
                    memory -> Unrolling.in(memory, configuration, settings, parameters, kernels, TILING);
            try (Unrolling unrolling = ledger.open(constructor)) {
                long held = ledger.currentBytes() - before;
                assertEquals(
                        MemoryScope.count(constructor).stream()
                                .mapToLong(MemoryPlan::totalBytes)
                                .sum(),
                        held);
                assertEquals(tape == Tape.FULL, unrolling.segments().count() == 1);
                assertEquals(IMAGES, unrolling.image().images());
                assertEquals(
                        topology.layout(topology.depth()), unrolling.lastState().layout());
                return held;
            } finally {
                assertEquals(before, ledger.currentBytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void whatIsPlannedIsHeld(NetworkSettings network) {
        Schedule half = Schedule.constant(0.5);
        Configuration spiking = configuration(network, new NeuronSettings.SigmaDelta(half, half, 0.5f));
        for (Surrogate surrogate :
                List.of(new Surrogate.Rectangular(0.5f), new Surrogate.FastSigmoid(0.5f), new Surrogate.Identity())) {
            held(spiking, Tape.FULL, surrogate);
        }
        Surrogate sigmoid = new Surrogate.FastSigmoid(0.5f);
        assertTrue(held(spiking, Tape.CHECKPOINTED, sigmoid) < held(spiking, Tape.FULL, sigmoid));
        for (Activation activation : List.of(Activation.CLIP, Activation.TANH)) {
            Configuration rate = configuration(network, new NeuronSettings.Rate(half, activation));
            assertTrue(held(rate, Tape.CHECKPOINTED, sigmoid) < held(rate, Tape.FULL, sigmoid));
        }
    }

    /** There is no way back through leaky neurons. */
    @ParameterizedTest
    @MethodSource("networks")
    void leakyNeuronsAreNotWalkedBack(NetworkSettings network) {
        Configuration leaky = configuration(network, new NeuronSettings.Lif(0.1f, 1f, 0.1f));
        assertThrows(IllegalStateException.class, () -> held(leaky, Tape.FULL, new Surrogate.Identity()), "opened");
        Backpropagation settings = new Backpropagation(STEPS, Tape.FULL, new Surrogate.Identity(), Reset.ATTACHED);
        Topology topology = Topology.of(network);
        assertThrows(
                IllegalStateException.class,
                () -> MemoryScope.count(memory ->
                        Unrolling.in(memory, leaky, settings, Parameters.in(memory, topology), kernels, TILING)),
                "planned");
    }
}
