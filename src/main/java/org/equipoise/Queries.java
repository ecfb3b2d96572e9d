package org.equipoise;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.TileUse;
import org.equipoise.error.BadInputException;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.ClampedImages;
import org.equipoise.training.Evaluation;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the network's own parameters and threads, in memory that is given back after each question.
 *
 * @param configuration network, neurons and phases
 * @param machine what may be used
 * @param workers who shares the work
 * @param parameters read only
 */
record Queries(Configuration configuration, Machine machine, Workers workers, Parameters parameters) {
    private static final int IMAGES_AT_ONCE = 256;
    private static final int MAX_LABELS = 256;
    private static final String OWNER = "settling on one image";

    /** {@return the classes that labels may come from} */
    int mostClasses() {
        return Math.min(MAX_LABELS, configuration.network().classes());
    }

    Score evaluate(ImageSet images) {
        Trainer.requireFit(configuration, images);
        try (SettlingTeam team = team(images.count())) {
            Evaluation evaluation = evaluator(team).evaluate(images, () -> false, (done, all) -> {});
            return new Score(evaluation.samples(), evaluation.errors(), evaluation.loss(), evaluation.confusion());
        }
    }

    float[][] outputs(CallersImages images) {
        try (SettlingTeam team = team(images.count())) {
            return evaluator(team).outputs(images.count(), images::copyTo);
        }
    }

    static int[] answers(float[][] outputs) {
        return Stream.of(outputs).mapToInt(Evaluator::answer).toArray();
    }

    private SettlingTeam team(int images) {
        int atOnce = Math.min(images, IMAGES_AT_ONCE);
        synchronized (machine.ledger()) {
            machine.ledger()
                    .require(SettlingTeam.plans(
                            configuration, parameters.topology(), machine.threads(), atOnce, TileUse.ONE_WAY));
            return new SettlingTeam(
                    configuration, parameters, machine.kernels(), workers, machine.ledger(), atOnce, TileUse.ONE_WAY);
        }
    }

    private Evaluator evaluator(SettlingTeam team) {
        return Evaluator.of(team, parameters.topology().output(), configuration);
    }

    void trace(CallersImages image, @Nullable Integer label, int every, Consumer<NetworkState> looks) {
        if (every < 1) {
            throw new BadInputException(
                    "A look was asked for every " + every + " steps; a whole number from 1 was expected.");
        }
        if (label != null && (label < 0 || label >= configuration.network().classes())) {
            throw new BadInputException("The class " + label + " was given; a number between 0 and "
                    + (configuration.network().classes() - 1) + " was expected.");
        }
        PhaseSettings phases = configuration.phases();
        Topology topology = parameters.topology();
        try (Settling settling = Settling.open(
                configuration.neuron(),
                phases.settle(),
                parameters,
                machine.kernels(),
                machine.ledger(),
                OWNER,
                1,
                label != null)) {
            image.copyTo(0, settling.image(), 0);
            ClampedImages.normalise(configuration.network().normalisation(), settling.image(), 0);
            Looking looking = new Looking(settling, new StateReader(topology), every, looks);
            settling.begin(1);
            looking.phase(NetworkState.Phase.FREE, 0f, phases.free());
            if (label != null) {
                settling.target().clear(1);
                settling.target().set(0, label, 1f);
                settling.saveState();
                looking.phase(NetworkState.Phase.NUDGED_TOWARDS, phases.beta(), phases.nudge());
                settling.restoreState();
                looking.phase(NetworkState.Phase.NUDGED_AWAY, -phases.beta(), phases.nudge());
            }
        }
    }

    /** Settling that is looked at now and then. */
    private record Looking(Settling settling, StateReader reader, int every, Consumer<NetworkState> looks) {
        void phase(NetworkState.Phase phase, float beta, int steps) {
            int done = 0;
            while (done < steps) {
                int next = Math.min(every, steps - done);
                if (beta == 0f) {
                    settling.free(next);
                } else {
                    settling.nudge(beta, next);
                }
                done += next;
                looks.accept(reader.read(phase, done, settling));
            }
        }
    }
}
