package org.equipoise.experiment;

import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.data.ImageSet;
import org.equipoise.learning.Learner;
import org.equipoise.learning.LearningPhase;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingState;

/**
 * How long a training is going to take, reckoned from batches of it with short phases on this machine.
 *
 * <p>A step costs what its spikes cost, and an untrained network in its first steps does not spike as a trained and settled one does:
 * the estimate tells an hour from a day, not one hour from two. Steps that images which settle early save are not taken off.
 *
 * @param sampleSteps updates of the whole network for one image in all epochs and their tests
 * @param sampleStepsPerSecond the speed of settling
 * @param secondsPerUpdate what an update takes beside settling
 * @param measuredSeconds how long was measured, after as much again of warming up
 */
public record TrainingTime(
        long sampleSteps, long updates, double sampleStepsPerSecond, double secondsPerUpdate, double measuredSeconds) {
    private static final int LONGEST_FREE = 20;
    private static final int LONGEST_NUDGE = 5;

    /**
     * Trains with short phases for some seconds, in the memory that the training is going to take.
     *
     * @param seconds how long to warm up and measure together, at least two batches
     * @throws org.equipoise.memory.BudgetExceededException if training would not fit the ledger's budget
     */
    public static TrainingTime measure(Configuration configuration, Dataset dataset, Machine machine, double seconds) {
        TrainingState.requireMemory(
                configuration, machine.threads(), dataset.train().count(), machine.ledger());
        Configuration brief = withShortPhases(configuration);
        try (Workers workers = new Workers(machine.threads());
                Parameters parameters = Parameters.open(brief, machine.ledger())) {
            Initialiser.of(brief.training()).fill(parameters);
            parameters.derive(machine.kernels(), workers);
            try (Learner learner = Learner.open(brief, parameters, machine.kernels(), workers, machine.ledger())) {
                Batches batches = new Batches(brief, dataset.train(), learner);
                batches.learn(seconds / 2);
                learner.times().reset();
                long stepsBefore = learner.steps().taken();
                int before = batches.done;
                double measured = batches.learn(seconds / 2);
                Map<LearningPhase, Double> shares = learner.times().shares(machine.threads());
                double settling = measured
                        * shares.entrySet().stream()
                                .filter(share -> share.getKey().settling())
                                .mapToDouble(Map.Entry::getValue)
                                .sum();
                long steps = learner.steps().taken() - stepsBefore;
                return new TrainingTime(
                        steps(configuration, dataset),
                        updates(configuration, dataset),
                        steps / settling,
                        (measured - settling) / (batches.done - before),
                        measured);
            }
        }
    }

    /** {@return the time that training and its tests are going to take, in seconds} */
    public double seconds() {
        return sampleSteps / sampleStepsPerSecond + updates * secondsPerUpdate;
    }

    private static long steps(Configuration configuration, Dataset dataset) {
        long train = (long) dataset.train().count() * configuration.stepsPerExample();
        long test = (long) dataset.test().count() * configuration.phases().free();
        return configuration.training().epochs() * (train + test);
    }

    private static long updates(Configuration configuration, Dataset dataset) {
        int batch = configuration.training().batch();
        return (long) configuration.training().epochs()
                * Math.ceilDiv(dataset.train().count(), batch);
    }

    private static Configuration withShortPhases(Configuration configuration) {
        return new Configuration(
                configuration.network(),
                configuration.neuron(),
                configuration.phases().within(LONGEST_FREE, LONGEST_NUDGE),
                configuration.learning(),
                configuration.training().withoutParticles());
    }

    /** Batches of an epoch, over and over. */
    private static final class Batches {
        private final ImageSet images;
        private final Learner learner;
        private final int[] order;
        private final int batch;
        private int done;

        Batches(Configuration configuration, ImageSet images, Learner learner) {
            this.images = images;
            this.learner = learner;
            this.order = new ExampleOrder(configuration.training().seed(), images.count()).epoch(0);
            this.batch = Math.min(configuration.training().batch(), images.count());
        }

        /** Learns from at least one batch, and returns the time it took. */
        double learn(double seconds) {
            long start = System.nanoTime();
            double time;
            do {
                learner.target().clear(batch);
                for (int i = 0; i < batch; i++) {
                    int example = order[(int) (((long) done * batch + i) % order.length)];
                    Evaluator.source(images).fill(example, learner.image(), i);
                    learner.target().set(i, images.label(example), 1f);
                }
                learner.learn(batch, true, 1f);
                done++;
                time = (System.nanoTime() - start) / 1e9;
            } while (time < seconds);
            return time;
        }
    }
}
