package org.equipoise.training;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.equipoise.config.Configuration;
import org.equipoise.distributed.Communicator;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.learning.Moments;
import org.equipoise.network.ConnectionParameters;

/** Lets all ranks of a run start from one state, that of rank 0, which alone reads files of runs. */
final class SharedStart {
    private static final int PROGRESS = 9;
    private static final int STEPS = 4;

    private SharedStart() {}

    /**
     * Notices ranks that were started otherwise than rank 0. Involves all ranks.
     *
     * @param communicator the ranks
     * @param configuration what this rank was asked to train
     * @param provenance with which program and images
     * @throws BadInputException if another rank was asked for something else
     */
    static void requireAgreement(Communicator communicator, Configuration configuration, Provenance provenance) {
        if (communicator.size() == 1) {
            return;
        }
        String asked = String.join(
                "\n", configuration.toYaml(), provenance.version(), provenance.trainSha256(), provenance.testSha256());
        UUID name = UUID.nameUUIDFromBytes(asked.getBytes(StandardCharsets.UTF_8));
        long[][] all = communicator.gather(new long[] {name.getMostSignificantBits(), name.getLeastSignificantBits()});
        for (int rank = 1; rank < all.length; rank++) {
            if (all[rank][0] != all[0][0] || all[rank][1] != all[0][1]) {
                throw new BadInputException("Rank " + rank
                        + " has other settings, images or another version of the program than rank 0; the same command, program and"
                        + " data were expected on every rank.");
            }
        }
    }

    /**
     * Gives all ranks what rank 0 has: parameters, what the optimiser remembers, and where the run is. Involves all ranks.
     *
     * @param communicator the ranks
     * @param trainer the run, changed on all ranks but rank 0
     */
    static void share(Communicator communicator, Trainer trainer) {
        if (communicator.size() == 1) {
            return;
        }
        for (ConnectionParameters connection : trainer.state().parameters().connections()) {
            communicator.broadcast(connection.master().segment());
            communicator.broadcast(connection.bias());
        }
        for (Moments moments : trainer.state().moments()) {
            moments.weights().forEach(weights -> communicator.broadcast(weights.segment()));
            for (MemorySegment biases : moments.biases()) {
                communicator.broadcast(biases);
            }
        }
        int layers = trainer.state().parameters().topology().depth() + 1;
        long[] place = communicator.gather(numbers(trainer.progress(), trainer.counts(), layers))[0];
        if (communicator.rank() > 0) {
            trainer.resume(progress(place), counts(place, layers));
        }
    }

    private static long[] numbers(Progress progress, EpochCounts counts, int layers) {
        long[] numbers = new long[PROGRESS + STEPS + 2 * layers];
        numbers[0] = progress.epoch();
        numbers[1] = progress.batch();
        numbers[2] = progress.errors();
        numbers[3] = Double.doubleToRawLongBits(progress.loss());
        numbers[4] = progress.examples();
        numbers[5] = progress.sampleSteps();
        numbers[6] = progress.stepsSaved();
        numbers[7] = Double.doubleToRawLongBits(progress.seconds());
        numbers[8] = Double.doubleToRawLongBits(progress.bestErrorPercent());
        System.arraycopy(counts.steps().counts(), 0, numbers, PROGRESS, STEPS);
        List<Long> spikes = counts.spikes().spikes();
        for (int l = 0; l < spikes.size(); l++) {
            numbers[PROGRESS + STEPS + l] = spikes.get(l);
            numbers[PROGRESS + STEPS + layers + l] =
                    counts.spikes().opportunities().get(l);
        }
        return numbers;
    }

    private static Progress progress(long[] numbers) {
        return new Progress(
                (int) numbers[0],
                (int) numbers[1],
                (int) numbers[2],
                Double.longBitsToDouble(numbers[3]),
                (int) numbers[4],
                numbers[5],
                numbers[6],
                Double.longBitsToDouble(numbers[7]),
                Double.longBitsToDouble(numbers[8]));
    }

    private static EpochCounts counts(long[] numbers, int layers) {
        StepCount steps =
                new StepCount(numbers[PROGRESS], numbers[PROGRESS + 1], numbers[PROGRESS + 2], numbers[PROGRESS + 3]);
        int first = PROGRESS + STEPS;
        if (numbers[first + layers] == 0) {
            return new EpochCounts(steps, SpikeCounts.NONE);
        }
        List<Long> spikes = new ArrayList<>();
        List<Long> opportunities = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            spikes.add(numbers[first + l]);
            opportunities.add(numbers[first + layers + l]);
        }
        return new EpochCounts(steps, new SpikeCounts(spikes, opportunities));
    }
}
