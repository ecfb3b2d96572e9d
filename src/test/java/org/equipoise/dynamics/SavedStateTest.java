package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiles that nothing goes back in hold no copy of their state, and otherwise do as the others. */
class SavedStateTest {
    private static final Kernels KERNELS = KernelSelection.ofThisJvm().kernels();
    private static final int IMAGES = 3;
    private static final int STEPS = 12;

    static List<NeuronSettings> neurons() {
        return List.of(
                new NeuronSettings.SigmaDelta(Schedule.constant(0.2), Schedule.constant(0.6), 0.5f),
                new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP),
                new NeuronSettings.Lif(0.1f, 1f, 0.1f));
    }

    @ParameterizedTest
    @MethodSource("neurons")
    void thereIsRoomWhereItIsAskedFor(NeuronSettings neuron) {
        RandomNetworks random = new RandomNetworks(3);
        Topology topology = Topology.of(random.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger);
                Settling with = open(neuron, parameters, ledger, true);
                Settling without = open(neuron, parameters, ledger, false)) {
            random.fillFreely(parameters);
            parameters.derive(KERNELS, workers);
            List<MemoryPlan> plans = ledger.openPlans();
            long saved = plans.get(1).totalBytes() - plans.get(2).totalBytes();
            assertEquals(Settling.plan(neuron, null, topology, "without", IMAGES, false), plans.get(2));
            long activations = 0;
            for (int l = 1; l <= topology.depth(); l++) {
                activations += FloatTensor.floatsNeeded(topology.layout(l), IMAGES) * Float.BYTES;
            }
            assertTrue(saved >= activations, saved + " bytes are saved");
            for (int i = 0; i < topology.layout(0).neurons(); i++) {
                for (int image = 0; image < IMAGES; image++) {
                    float pixel = random.between(0, 4) / 4f;
                    with.image().set(image, i, pixel);
                    without.image().set(image, i, pixel);
                }
            }
            for (Settling settling : List.of(with, without)) {
                settling.begin(IMAGES);
                settling.free(STEPS);
                settling.nudge(0.5f, STEPS);
            }
            for (int c = 0; c < topology.output().channels(); c++) {
                assertEquals(with.output().get(IMAGES - 1, c), without.output().get(IMAGES - 1, c));
            }
            assertThrows(IllegalStateException.class, without::saveState);
            assertThrows(IllegalStateException.class, without::restoreState);
        }
    }

    private static Settling open(NeuronSettings neuron, Parameters parameters, Ledger ledger, boolean savesState) {
        String owner = savesState ? "with" : "without";
        return Settling.open(neuron, null, parameters, KERNELS, ledger, owner, IMAGES, savesState);
    }
}
