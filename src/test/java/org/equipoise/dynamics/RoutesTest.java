package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.equipoise.config.NetworkSettings;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What values come to on their way to either side is what the equations, written down literally, say. */
class RoutesTest {
    /** More than are sent together. */
    private static final int IMAGES = 10;

    private static final float NEAR = 1e-5f;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    static List<NetworkSettings> networks() {
        return SmallNetworks.all();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void valuesAreCarriedBothWays(NetworkSettings settings) {
        RandomNetworks random = new RandomNetworks(3);
        Topology topology = Topology.of(settings);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger);
                Routes routes = ledger.open(memory -> Routes.in(memory, parameters, kernels, "test", IMAGES))) {
            random.fillOnGrid(parameters);
            parameters.derive(kernels, workers);
            // Carried twice, as nothing may be left of the first time.
            for (int time = 0; time < 2; time++) {
                float[][][] sent = new float[IMAGES][topology.depth() + 1][];
                for (int i = 0; i < IMAGES; i++) {
                    for (int l = 0; l <= topology.depth(); l++) {
                        sent[i][l] = random.image(topology.layout(l).neurons());
                        SmallNetworks.fill(routes.sent(l), i, sent[i][l]);
                    }
                }
                routes.carry(IMAGES, routes);
                for (int i = 0; i < IMAGES; i++) {
                    check(routes, topology, literal(settings, parameters, sent[i][0]), sent[i], i);
                }
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    private static LiteralNetwork literal(NetworkSettings settings, Parameters parameters, float[] image) {
        int connections = settings.layers().size();
        float[][] weights = new float[connections][];
        float[][] biases = new float[connections][];
        for (int l = 0; l < connections; l++) {
            weights[l] = parameters.weights(l);
            biases[l] = parameters.biases(l);
        }
        return new LiteralNetwork(settings, weights, biases, image);
    }

    private static void check(Routes routes, Topology topology, LiteralNetwork literal, float[][] sent, int image) {
        for (int l = 1; l <= topology.depth(); l++) {
            float[] forward = literal.forward(l, sent[l - 1]);
            assertArrayEquals(forward, SmallNetworks.values(routes.forward(l), image), NEAR, "to layer " + l);
            boolean last = l == topology.depth();
            if (!last) {
                literal.forward(l + 1, sent[l]);
            }
            float[] backward = last ? new float[forward.length] : literal.backward(l + 1, sent[l + 1]);
            assertArrayEquals(backward, SmallNetworks.values(routes.backward(l), image), NEAR, "back to layer " + l);
            assertEquals(topology.connections().get(l - 1).maximum() == null, routes.winners(l) == null);
        }
    }
}
