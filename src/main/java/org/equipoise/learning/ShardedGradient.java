package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.config.ShardSettings;
import org.equipoise.config.ShardSettings.Exchange;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.OrderedReduction;
import org.equipoise.distributed.ShardRange;
import org.equipoise.distributed.Share;
import org.equipoise.kernel.ShardSum;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The contrast of a batch that is cut into shards: each shard is summed by itself, and the sums are added in the one tree over all shards
 * ({@link ShardRange}), by this rank as far as it has all of a node's shards, and by all ranks together above. The bits depend on the
 * number of shards alone.
 *
 * <p>The weights of one connection after the other are summed, those of most weights first, and exchanged while the next are summed.
 * Biases are few and exchanged together, last.
 */
final class ShardedGradient {
    private final Topology topology;
    private final Share share;
    private final boolean rounded;
    private final ContrastiveGradient contrast;
    private final Workers workers;
    private final List<ShardRange> roots;
    /** Sums of the nodes that this rank computes alone. The first is where the caller wants the sum of all. */
    private final List<Gradients> partials = new ArrayList<>();
    /** For each level below a root, room for the sum of the upper half. */
    private final List<Gradients> levels = new ArrayList<>();

    private final List<Integer> connections;
    /** Of each partial sum; none in a process alone. */
    private final List<MemorySegment> biases;

    private final @Nullable OrderedReduction reduction;

    /**
     * @param memory where the memory of the learner comes from that it is a part of
     * @param topology the network
     * @param settings how batches are cut
     * @param share what this rank has
     * @param communicator the ranks
     * @param contrast sums shards
     * @param gradients where the sums of batches go
     * @param workers who shares the work
     */
    ShardedGradient(
            MemoryScope memory,
            Topology topology,
            ShardSettings settings,
            Share share,
            Communicator communicator,
            ContrastiveGradient contrast,
            Gradients gradients,
            Workers workers) {
        this.topology = topology;
        this.share = share;
        this.rounded = settings.exchange() == Exchange.BFLOAT16;
        this.contrast = contrast;
        this.workers = workers;
        this.roots = share.roots();
        this.connections = largestFirst(topology);
        partials.add(gradients);
        for (int root = 1; root < roots.size(); root++) {
            partials.add(Gradients.in(memory, topology));
        }
        for (int level = 0; level < height(roots); level++) {
            levels.add(Gradients.in(memory, topology));
        }
        boolean alone = share.ranks() == 1;
        this.biases = alone ? List.of() : memory.part("biases of shards", this::biases);
        this.reduction = alone
                ? null
                : OrderedReduction.in(memory, communicator, share, settings.exchange(), values(topology), workers);
    }

    /** The float32 values of each piece. */
    private static List<Long> values(Topology topology) {
        List<Long> values = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            values.add(weights(topology, l));
        }
        values.add(biases(topology));
        return values;
    }

    private static long weights(Topology topology, int layer) {
        Connection connection = topology.connections().get(layer);
        return (long) connection.geometry().forwardRows() * connection.layer().channelStride();
    }

    private static long biases(Topology topology) {
        return topology.connections().stream()
                .mapToLong(connection -> connection.layer().channelStride())
                .sum();
    }

    /** All biases of a partial sum together, which are exchanged as one piece. */
    private List<MemorySegment> biases(MemoryScope memory) {
        return IntStream.range(0, roots.size())
                .mapToObj(root -> memory.floats(Account.EXCHANGE, "biases of partial sum " + root, biases(topology)))
                .toList();
    }

    private static int height(List<ShardRange> roots) {
        return roots.stream().mapToInt(ShardRange::height).max().orElse(0);
    }

    private static List<Integer> largestFirst(Topology topology) {
        return IntStream.range(0, topology.connections().size())
                .boxed()
                .sorted(Comparator.comparingLong((Integer layer) -> -weights(topology, layer)))
                .toList();
    }

    /**
     * Sums a batch. Involves all ranks.
     *
     * @param states states of the images that this rank has
     * @param images how many images the whole batch has
     */
    void sum(BatchStates states, int images) {
        Batch batch = new Batch(states, images);
        states.combine(workers, share.count(images));
        for (int layer : connections) {
            List<WeightPart> parts = contrast.parts().stream()
                    .filter(part -> part.layer() == layer)
                    .toList();
            workers.forEach(parts.size(), (worker, i) -> {
                // The first worker is the thread that calls, which alone may speak to the other ranks.
                if (worker == 0 && reduction != null) {
                    reduction.progress();
                }
                for (int root = 0; root < roots.size(); root++) {
                    batch.sum(worker, parts.get(i), roots.get(root), partials.get(root), 0);
                }
            });
            if (reduction != null) {
                reduction.begin(
                        layer,
                        partials.stream()
                                .map(sums -> sums.weights(layer).weights())
                                .toList());
                reduction.advance();
            }
        }
        workers.forEach(topology.connections().size(), (worker, layer) -> {
            for (int root = 0; root < roots.size(); root++) {
                batch.sumBiases(layer, roots.get(root), partials.get(root), 0);
            }
        });
        if (reduction != null) {
            for (int root = 0; root < roots.size(); root++) {
                copyBiases(partials.get(root), biases.get(root), true);
            }
            reduction.begin(topology.connections().size(), biases);
            reduction.finish();
            copyBiases(partials.getFirst(), biases.getFirst(), false);
        }
    }

    private void copyBiases(Gradients sums, MemorySegment together, boolean gather) {
        long at = 0;
        for (int l = 0; l < topology.connections().size(); l++) {
            MemorySegment apart = sums.biases(l);
            MemorySegment place = together.asSlice(at, apart.byteSize());
            if (gather) {
                place.copyFrom(apart);
            } else {
                apart.copyFrom(place);
            }
            at += apart.byteSize();
        }
    }

    /** The images of a batch that this rank has. */
    private final class Batch {
        private final BatchStates states;
        private final int images;
        private final int first;

        Batch(BatchStates states, int images) {
            this.states = states;
            this.images = images;
            this.first = share.first(images);
        }

        private int begin(ShardRange shard) {
            return share.firstImage(shard.first(), images) - first;
        }

        private int end(ShardRange shard) {
            return share.firstImage(shard.end(), images) - first;
        }

        void sum(int worker, WeightPart part, ShardRange node, Gradients into, int level) {
            WeightBlocks sums = into.weights(part.layer());
            MemorySegment place =
                    part.of(topology.connections().get(part.layer()).geometry(), sums);
            if (node.size() == 1) {
                place.fill((byte) 0);
                contrast.addWeights(worker, part, states, begin(node), end(node), sums);
            } else {
                Gradients upper = levels.get(level);
                sum(worker, part, node.lower(), into, level);
                sum(worker, part, node.upper(), upper, level + 1);
                ShardSum.add(
                        place,
                        part.of(topology.connections().get(part.layer()).geometry(), upper.weights(part.layer())));
            }
            round(place);
        }

        void sumBiases(int layer, ShardRange node, Gradients into, int level) {
            MemorySegment sums = into.biases(layer);
            if (node.size() == 1) {
                sums.fill((byte) 0);
                contrast.addBiases(layer, states, begin(node), end(node), sums);
            } else {
                Gradients upper = levels.get(level);
                sumBiases(layer, node.lower(), into, level);
                sumBiases(layer, node.upper(), upper, level + 1);
                ShardSum.add(sums, upper.biases(layer));
            }
            round(sums);
        }

        private void round(MemorySegment sums) {
            if (rounded) {
                ShardSum.round(sums);
            }
        }
    }
}
