package org.equipoise;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.StateMean;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Evaluation;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
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
    private static final int MAX_LABELS = 256;
    private static final String OWNER = "settling on one image";

    /** {@return the classes that labels may come from} */
    int mostClasses() {
        return Math.min(MAX_LABELS, configuration.network().classes());
    }

    Score evaluate(ImageSet images) {
        Trainer.requireFit(configuration, images);
        try (Inference inference = inference(images.count())) {
            Evaluation evaluation = inference.evaluate(images, () -> false, (done, all) -> {});
            return new Score(evaluation.samples(), evaluation.errors(), evaluation.loss(), evaluation.confusion());
        }
    }

    float[][] outputs(CallersImages images) {
        try (Inference inference = inference(images.count())) {
            return inference.outputs(images.count(), images::copyTo);
        }
    }

    private Inference inference(int images) {
        return Inference.of(configuration, parameters, machine, workers, images);
    }

    static int[] answers(float[][] outputs) {
        return Stream.of(outputs).mapToInt(Evaluator::answer).toArray();
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
        Topology topology = parameters.topology();
        try (Settling settling = Settling.open(
                configuration.neuron(),
                configuration.phases().settle(),
                parameters,
                machine.kernels(),
                machine.ledger(),
                OWNER,
                1,
                label != null)) {
            image.copyTo(0, settling.image(), 0);
            PhaseProgram program = PhaseProgram.of(configuration);
            program.clamp(settling, 1);
            Observation observation = new Observation(new StateReader(topology), every, looks);
            program.free(settling, 0, 1, null, observation);
            if (label != null) {
                settling.target().clear(1);
                settling.target().set(0, label, 1f);
                program.nudgeBothWays(settling, 1, configuration.phases().beta(), observation);
            }
        }
    }

    /** Shows the state every so many steps, and at the end of a phase with the answer that counts: the mean over its last steps. */
    private static final class Observation implements PhaseProgram.Observer {
        private final StateReader reader;
        private final int every;
        private final Consumer<NetworkState> looks;
        private final float[] answer;
        private boolean whole;

        Observation(StateReader reader, int every, Consumer<NetworkState> looks) {
            this.reader = reader;
            this.every = every;
            this.looks = looks;
            this.answer = new float[reader.topology().output().channels()];
        }

        @Override
        public int interval() {
            return every;
        }

        @Override
        public void begins(Phase phase) {
            whole = false;
        }

        @Override
        public void counts(Settling settling, Phase phase, float beta, StateMean mean) {
            for (int c = 0; c < answer.length; c++) {
                answer[c] = mean.include(answer[c], settling.output().get(0, c));
            }
            whole = mean.number() == mean.steps() - 1;
        }

        @Override
        public void looks(Settling settling, Phase phase, int step) {
            NetworkState.@Nullable Phase shown = switch (phase) {
                case FREE -> NetworkState.Phase.FREE;
                case POSITIVE -> NetworkState.Phase.NUDGED_TOWARDS;
                case NEGATIVE -> NetworkState.Phase.NUDGED_AWAY;
                case CONTINUED_FREE -> null;
            };
            if (shown == null) {
                return;
            }
            float[] outputs = whole ? answer.clone() : reader.outputs(settling);
            looks.accept(reader.read(shown, step, settling, outputs));
        }
    }
}
