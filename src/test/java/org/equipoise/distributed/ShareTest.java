package org.equipoise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

class ShareTest {
    private static List<Share> all(int shards, int ranks) {
        return IntStream.range(0, ranks)
                .mapToObj(rank -> new Share(shards, ranks, rank))
                .toList();
    }

    /** Whatever the numbers, every image is of one rank and one shard, and the cut does not depend on the ranks. */
    @Test
    void everyImageIsSomebodys() {
        for (int shards = 1; shards <= 9; shards++) {
            for (int ranks = 1; ranks <= shards; ranks++) {
                for (int images : List.of(0, 1, 2, 7, 8, 9, 125, 128)) {
                    int next = 0;
                    int nextShard = 0;
                    for (Share share : all(shards, ranks)) {
                        assertEquals(next, share.first(images));
                        assertEquals(nextShard, share.range().first());
                        assertTrue(share.range().size() >= 1);
                        for (int batch = images; batch < images + 3; batch++) {
                            assertTrue(share.count(images) <= share.capacity(batch));
                        }
                        next += share.count(images);
                        nextShard = share.range().end();
                        assertEquals(
                                Share.whole(shards).firstImage(nextShard, images), share.firstImage(nextShard, images));
                    }
                    assertEquals(images, next);
                    assertEquals(shards, nextShard);
                }
            }
        }
    }

    /** The tree that the ranks' nodes belong to is the same for all numbers of them. */
    @Test
    void nodesOfRanksMakeUpTheTree() {
        for (int shards = 1; shards <= 13; shards++) {
            Set<ShardRange> nodes = new HashSet<>();
            collect(new ShardRange(0, shards), nodes);
            assertEquals(2 * shards - 1, nodes.size());
            for (int ranks = 1; ranks <= shards; ranks++) {
                List<ShardRange> roots = new ArrayList<>();
                for (Share share : all(shards, ranks)) {
                    roots.addAll(share.roots());
                }
                assertTrue(nodes.containsAll(roots));
                int next = 0;
                for (ShardRange root : roots) {
                    assertEquals(next, root.first());
                    next = root.end();
                }
                assertEquals(shards, next);
            }
        }
    }

    private static void collect(ShardRange node, Set<ShardRange> nodes) {
        nodes.add(node);
        if (node.size() > 1) {
            collect(node.lower(), nodes);
            collect(node.upper(), nodes);
            assertEquals(1 + Math.max(node.lower().height(), node.upper().height()), node.height());
        } else {
            assertEquals(0, node.height());
        }
    }

    /** Ranks whose shards are a node of the tree send one sum, not one for each shard. */
    @Test
    void aRankAddsWhatIsItsAlone() {
        assertEquals(List.of(new ShardRange(4, 8)), new Share(8, 2, 1).roots());
        assertEquals(List.of(new ShardRange(2, 4), new ShardRange(4, 5)), new Share(8, 3, 1).roots());
    }

    @Test
    void moreRanksThanShardsAreRefused() {
        BadInputException refused = assertThrows(BadInputException.class, () -> new Share(8, 9, 3));
        assertEquals(
                "9 ranks were started and training.shards is 8; at most one rank a shard was expected.",
                refused.getMessage());
    }
}
