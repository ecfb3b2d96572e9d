package org.equipoise.learning;

import java.util.List;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.SmallNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of networks of a few neurons against the equations in double precision, in little time. */
class SmallBackpropagationTest {
    private static final int STEPS = 9;

    /** More steps than are walked back, so that some lie before the tape. */
    private static final int WALKED = 7;

    static List<NetworkSettings> networks() {
        return SmallNetworks.all();
    }

    /** Drawn so that every network has a gradient: some outputs lie where the activation is not clipped. */
    private static BackpropagationCase given(NetworkSettings network) {
        return BackpropagationGradientTest.randomCase(new RandomNetworks(8), true, network);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void rateNeurons(NetworkSettings network) {
        BackpropagationCase given = given(network);
        UnrolledReference reference = given.reference();
        for (Activation activation : List.of(Activation.CLIP, Activation.SIGMOID)) {
            NeuronSettings neuron = new NeuronSettings.Rate(Schedule.constant(0.25), activation);
            for (Tape tape : Tape.values()) {
                Backpropagation settings = new Backpropagation(WALKED, tape, new Surrogate.Identity(), Reset.ATTACHED);
                BackpropagationGradientTest.assertNear(
                        given,
                        i -> reference.rateGradient(given.image(i), given.target(i), STEPS, WALKED, 0.25, activation),
                        given.gradient(neuron, STEPS, settings));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void spikingNeurons(NetworkSettings network) {
        BackpropagationCase given = given(network);
        UnrolledReference reference = given.reference();
        NeuronSettings neuron = new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f);
        for (Surrogate surrogate :
                List.of(new Surrogate.Rectangular(0.9f), new Surrogate.FastSigmoid(0.3f), new Surrogate.Identity())) {
            for (Tape tape : Tape.values()) {
                Reset reset = tape == Tape.FULL ? Reset.ATTACHED : Reset.DETACHED;
                BackpropagationGradientTest.assertNear(
                        given,
                        i -> reference.spikingGradient(
                                reference.runSpiking(given.image(i), STEPS, 0.6f, 0.3f, 0.5f),
                                given.target(i),
                                WALKED,
                                0.6f,
                                0.3f,
                                0.5f,
                                surrogate,
                                reset == Reset.ATTACHED),
                        given.gradient(neuron, STEPS, new Backpropagation(WALKED, tape, surrogate, reset)));
            }
        }
    }
}
