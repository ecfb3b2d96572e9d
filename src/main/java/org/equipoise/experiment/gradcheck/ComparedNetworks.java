package org.equipoise.experiment.gradcheck;

import java.util.List;
import java.util.function.IntFunction;
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
import org.equipoise.config.Pooling;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;

/**
 * The networks that a check compares, made from the one that was asked for. All of them take every step.
 *
 * @param pooling what tables call the kind of pooling
 * @param requested what was asked for, with this pooling
 */
record ComparedNetworks(String pooling, Configuration requested, int images) {
    /** {@return the networks with the pooling that was asked for} */
    static ComparedNetworks of(Configuration requested, int images) {
        return new ComparedNetworks("as asked", requested, images);
    }

    /** {@return the spiking networks to compare: with average and with maximum pooling if any layer pools; none without spikes} */
    List<ComparedNetworks> spiking() {
        if (!(requested.neuron() instanceof NeuronSettings.SigmaDelta)) {
            return List.of();
        }
        return requested.network().firstWindow() > 1
                ? List.of(
                        pooledBy("avg", Pooling.Average::new),
                        pooledBy(
                                "max",
                                side -> new Pooling.Maximum(
                                        side, requested.network().winners())))
                : List.of(new ComparedNetworks("none", requested, images));
    }

    private ComparedNetworks pooledBy(String name, IntFunction<Pooling> kind) {
        NetworkSettings network = requested.network().pooledBy(kind);
        return new ComparedNetworks(
                name,
                new Configuration(
                        network, requested.neuron(), requested.phases(), requested.learning(), requested.training()),
                images);
    }

    /** {@return the network as it was asked for, with its own neurons, learning by Equilibrium Propagation} */
    Configuration nudged() {
        return with(requested.neuron(), requested.phases(), new Algorithm.EquilibriumPropagation());
    }

    /** {@return its rate network, learning by Equilibrium Propagation} */
    Configuration nudgedRate(float beta) {
        PhaseSettings phases = requested.phases();
        return with(
                rate(),
                new PhaseSettings(phases.free(), phases.nudge(), beta, phases.scheme()).withErrors(phases.errors()),
                new Algorithm.EquilibriumPropagation());
    }

    /**
     * {@return its rate network, learning by back-propagation through the steps that follow the free phase, as many as a nudge phase
     * has, in which a network at rest stays where it is}
     */
    Configuration walkedRate() {
        PhaseSettings phases = requested.phases();
        int nudge = phases.nudge();
        return with(
                rate(),
                new PhaseSettings(phases.free() + nudge, nudge, phases.beta(), phases.scheme()),
                new Backpropagation(nudge, Tape.FULL, new Surrogate.Identity(), Reset.ATTACHED));
    }

    private Configuration with(NeuronSettings neuron, PhaseSettings phases, Algorithm algorithm) {
        LearningSettings learning = new LearningSettings(
                requested.learning().rates(),
                new OptimiserSettings.Sgd(0f),
                0f,
                new RateSchedule.Constant(),
                algorithm);
        TrainingSettings training =
                new TrainingSettings(images, 1, requested.training().seed());
        return new Configuration(requested.network(), neuron, phases, learning, training);
    }

    /** Spiking neurons settle where rate neurons that clip do, as their spikes encode and decode activations. */
    private NeuronSettings rate() {
        NeuronSettings neuron = requested.neuron();
        if (neuron instanceof NeuronSettings.Rate rate) {
            return rate;
        }
        if (neuron instanceof NeuronSettings.SigmaDelta spiking) {
            return new NeuronSettings.Rate(spiking.epsilon(), Activation.CLIP);
        }
        throw new BadInputException("neuron.kind has no counterpart without spikes; rate or sigma-delta was expected.");
    }
}
