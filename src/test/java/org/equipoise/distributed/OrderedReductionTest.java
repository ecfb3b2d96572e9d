package org.equipoise.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.equipoise.config.ShardSettings.Exchange;
import org.equipoise.error.WorkFailedException;
import org.equipoise.kernel.ShardSum;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryScope;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrderedReductionTest {
    /** Pieces smaller than the number of ranks, without and with a rest of a cache line, and of several parts of the work. */
    private static final int[] SIZES = {3, 16, 37, 20_011};

    /** What the gradient of a shard is made of: values of all sizes, so that every order of adding gives other bits. */
    private static float[] leaf(int shard, int piece) {
        SplittableRandom random = new SplittableRandom(1000L * shard + piece);
        float[] values = new float[SIZES[piece]];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-4, 4)));
        }
        return values;
    }

    /** The sum of a node, written down as the tree says. */
    private static float[] node(ShardRange range, int piece, boolean rounded) {
        float[] sum;
        if (range.size() == 1) {
            sum = leaf(range.first(), piece);
        } else {
            sum = node(range.lower(), piece, rounded);
            float[] upper = node(range.upper(), piece, rounded);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += upper[i];
            }
        }
        if (rounded) {
            ShardSum.round(MemorySegment.ofArray(sum));
        }
        return sum;
    }

    private static List<float[]> reduce(Communicator communicator, int shards, Exchange exchange, int threads) {
        Share share = new Share(shards, communicator.size(), communicator.rank());
        boolean rounded = exchange == Exchange.BFLOAT16;
        try (Arena arena = Arena.ofShared();
                Workers workers = new Workers(threads)) {
            List<List<MemorySegment>> partials = new ArrayList<>();
            for (int piece = 0; piece < SIZES.length; piece++) {
                int number = piece;
                partials.add(share.roots().stream()
                        .map(root -> arena.allocateFrom(ValueLayout.JAVA_FLOAT, node(root, number, rounded)))
                        .toList());
            }
            Ledger ledger = Ledger.unlimited();
            List<Long> values = partials.stream()
                    .map(sums -> sums.getFirst().byteSize() / Float.BYTES)
                    .toList();
            try (OrderedReduction reduction = ledger.open(
                    memory -> OrderedReduction.in(memory, communicator, share, exchange, values, workers))) {
                assertEquals(
                        MemoryScope.count(memory ->
                                        OrderedReduction.in(memory, communicator, share, exchange, values, workers))
                                .getFirst()
                                .totalBytes(),
                        ledger.currentBytes());
                for (int piece = SIZES.length - 1; piece >= 0; piece--) {
                    reduction.progress();
                    reduction.begin(piece, partials.get(piece));
                    reduction.advance();
                }
                reduction.finish();
            }
            assertEquals(0, ledger.currentBytes());
            return partials.stream()
                    .map(sums -> sums.getFirst().toArray(ValueLayout.JAVA_FLOAT))
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, FLOAT32",
        "8, 2, FLOAT32",
        "8, 3, FLOAT32",
        "8, 4, FLOAT32",
        "8, 8, FLOAT32",
        "13, 5, FLOAT32",
        "7, 7, FLOAT32",
        "8, 2, BFLOAT16",
        "8, 3, BFLOAT16",
        "8, 8, BFLOAT16",
        "13, 5, BFLOAT16"
    })
    void everyRankHasTheSumThatTheTreeSays(int shards, int ranks, Exchange exchange) {
        List<List<float[]>> results = ThreadRanks.run(
                ranks, communicator -> reduce(communicator, shards, exchange, 1 + communicator.rank() % 2));
        assertEquals(ranks, results.size());
        for (int piece = 0; piece < SIZES.length; piece++) {
            float[] expected = node(new ShardRange(0, shards), piece, exchange == Exchange.BFLOAT16);
            for (List<float[]> result : results) {
                assertArrayEquals(expected, result.get(piece));
            }
        }
    }

    /** The test above would pass for any order if these values did not tell orders apart. */
    @Test
    void anotherTreeGivesOtherBits() {
        float[] balanced = node(new ShardRange(0, 8), 3, false);
        float[] chain = leaf(0, 3);
        for (int shard = 1; shard < 8; shard++) {
            float[] next = leaf(shard, 3);
            for (int i = 0; i < chain.length; i++) {
                chain[i] += next[i];
            }
        }
        int others = 0;
        for (int i = 0; i < chain.length; i++) {
            others += chain[i] == balanced[i] ? 0 : 1;
        }
        assertTrue(others > 1000, others + " differ");
    }

    /** Ranks whose shards make up a node send their sum once to be added and once added: two pieces of 1 − 1/R. */
    @ParameterizedTest
    @EnumSource(Exchange.class)
    void trafficIsWhatTheSizeOfTheGradientAsksFor(Exchange exchange) {
        List<Long> sent = ThreadRanks.run(4, communicator -> {
            reduce(communicator, 8, exchange, 1);
            return communicator.count().bytes();
        });
        long values = 0;
        for (int size : SIZES) {
            values += size;
        }
        long bytes = exchange == Exchange.BFLOAT16 ? Short.BYTES : Float.BYTES;
        long all = sent.stream().mapToLong(Long::longValue).sum();
        assertEquals(2 * values * 3 * bytes, all);
    }

    @Test
    void aRankThatFailsEndsTheOthers() {
        WorkFailedException failure = assertThrows(
                WorkFailedException.class,
                () -> ThreadRanks.run(3, communicator -> {
                    if (communicator.rank() == 2) {
                        throw new WorkFailedException("Rank 2 has had enough.");
                    }
                    return reduce(communicator, 8, Exchange.FLOAT32, 1);
                }));
        assertEquals("Rank 2 has had enough.", failure.getMessage());
    }

    @Test
    void whatRankZeroSaysIsHeardByAll() {
        assertEquals(
                List.of("größer", "größer", "größer"),
                ThreadRanks.run(
                        3,
                        communicator ->
                                communicator.broadcast(() -> communicator.rank() == 0 ? "größer" : "nobody asks me")));
    }
}
