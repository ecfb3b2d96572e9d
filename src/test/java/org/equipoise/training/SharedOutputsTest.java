package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.training.BatchTally.Score;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ranks tell each other of their images. */
class SharedOutputsTest {
    private static final int FIRST = 2;

    /** The value of a class for an image, no two alike. */
    private static float value(int image, int c) {
        return 0.1f + image * 10 + c;
    }

    /** Fewer images than ranks, as many, and more that do not divide evenly. */
    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "3, 7", "3, 2", "4, 4", "3, 0"})
    void allKnowAllOutputsAfterwards(int ranks, int images) {
        List<float[][]> all = ThreadRanks.run(ranks, communicator -> {
            SharedOutputs shared = new SharedOutputs(communicator, FIRST, images);
            float[][] outputs = new float[FIRST + images + 1][3];
            for (int image = shared.first(); image < shared.first() + shared.count(); image++) {
                for (int c = 0; c < 3; c++) {
                    outputs[image][c] = value(image, c);
                }
            }
            shared.exchange(outputs);
            return outputs;
        });
        assertEquals(ranks, all.size());
        for (float[][] outputs : all) {
            for (int image = 0; image < outputs.length; image++) {
                boolean shared = image >= FIRST && image < FIRST + images;
                float[] expected =
                        shared ? new float[] {value(image, 0), value(image, 1), value(image, 2)} : new float[3];
                assertArrayEquals(expected, outputs[image], "image " + image);
            }
        }
    }

    private static BatchTally tally(Communicator communicator, Share share, boolean spikes) {
        Score[] scores = new Score[share.shards()];
        for (int shard = 0; shard < scores.length; shard++) {
            boolean own =
                    shard >= share.range().first() && shard < share.range().end();
            scores[shard] = own ? new Score(shard + 1, 0.5 * (shard + 1)) : Score.NONE;
        }
        int rank = communicator.rank() + 1;
        return new BatchTally(
                List.of(scores),
                new StepCount(rank, 10L * rank, 100L * rank, 1000L * rank),
                spikes
                        ? new SpikeCounts(List.of(3L * rank, 4L * rank), List.of(30L * rank, 40L * rank))
                        : SpikeCounts.NONE,
                null,
                new ExchangeCount(7L * rank, 11L * rank));
    }

    @Test
    void whatABatchCameToIsThatOfAllRanks() {
        for (boolean spikes : new boolean[] {true, false}) {
            List<BatchTally> all = ThreadRanks.run(3, communicator -> {
                Share share = new Share(5, 3, communicator.rank());
                return tally(communicator, share, spikes).overAll(communicator, share, 2);
            });
            assertEquals(3, all.size());
            for (BatchTally sum : all) {
                assertEquals(1 + 2 + 3 + 4 + 5, sum.errors());
                assertEquals(0.5 * (1 + 2 + 3 + 4 + 5), sum.loss());
                assertEquals(
                        List.of(1, 2, 3, 4, 5),
                        sum.scores().stream().map(Score::errors).toList());
                assertEquals(new StepCount(6, 60, 600, 6000), sum.steps());
                assertEquals(
                        spikes ? new SpikeCounts(List.of(18L, 24L), List.of(180L, 240L)) : SpikeCounts.NONE,
                        sum.spikes());
                assertEquals(new ExchangeCount(42, 66), sum.exchanged());
            }
        }
    }

    @Test
    void aProcessAloneHasItsOwn() {
        List<BatchTally> alone = ThreadRanks.run(1, communicator -> {
            BatchTally tally = tally(communicator, Share.whole(2), true);
            assertEquals(tally, tally.overAll(communicator, Share.whole(2), 2));
            return tally;
        });
        assertEquals(3, alone.getFirst().errors());
    }
}
