package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.ShardSettings.Exchange;
import org.equipoise.kernel.ShardSum;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Adds the gradients of all ranks in the one reduction tree over all shards, so that every rank has the same sums, with the same bits as
 * a process alone.
 *
 * <p>A gradient consists of pieces, such as the weights of a layer. A rank brings one partial sum of each piece for every node of
 * {@link Share#roots}. The exchange is a reduce-scatter and an allgather: every rank receives its part of all partial sums, adds them, and
 * sends the sums to all others. Pieces are exchanged while others are computed.
 */
public final class OrderedReduction implements AutoCloseable {
    private static final int VALUES_AT_ONCE = 8192;

    private final Communicator communicator;
    private final Share share;
    private final boolean rounded;
    private final Workers workers;
    private final MemoryScope.Holding memory;
    private final List<Piece> pieces = new ArrayList<>();

    private OrderedReduction(
            MemoryScope memory,
            Communicator communicator,
            Share share,
            Exchange exchange,
            List<Long> values,
            Workers workers) {
        this.communicator = communicator;
        this.share = share;
        this.rounded = exchange == Exchange.BFLOAT16;
        this.workers = workers;
        this.memory = memory.holding();
        for (int p = 0; p < values.size(); p++) {
            pieces.add(new Piece(memory, p, values.get(p)));
        }
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param communicator two ranks at least
     * @param exchange the format in which sums are sent and added
     * @param values the number of float32 values of each piece
     * @return a reduction with no messages under way
     */
    public static OrderedReduction in(
            MemoryScope memory,
            Communicator communicator,
            Share share,
            Exchange exchange,
            List<Long> values,
            Workers workers) {
        return memory.part(
                "reduction", part -> new OrderedReduction(part, communicator, share, exchange, values, workers));
    }

    private static long foreignRoots(Share share) {
        long roots = 0;
        for (int rank = 0; rank < share.ranks(); rank++) {
            roots += rank == share.rank() ? 0 : share.roots(rank).size();
        }
        return roots;
    }

    /** The most requests of one piece at once: for its partial sums, or for its sums. */
    private static long requests(Share share, long values) {
        long sent = (long) share.roots().size() * (share.ranks() - 1);
        long messages = Math.max(sent + foreignRoots(share), 2L * (share.ranks() - 1));
        return messages * Transfers.requestsFor(values * Float.BYTES);
    }

    /**
     * Begins to exchange a piece whose partial sums are complete.
     *
     * @param piece which
     * @param partials this rank's partial sums of the piece, off-heap float32, the same each time; the first one is replaced by the sum
     *     over all ranks
     */
    public void begin(int piece, List<MemorySegment> partials) {
        pieces.get(piece).begin(partials);
    }

    /** Makes progress with the messages; to be called now and then by the thread that begins, also while others compute. */
    public void progress() {
        for (Piece piece : pieces) {
            piece.progress();
        }
    }

    /** Adds up pieces that have arrived, and sends their sums. */
    public void advance() {
        for (Piece piece : pieces) {
            piece.advance();
        }
    }

    /** Waits until every rank has the sums of all pieces. */
    public void finish() {
        pieces.forEach(Piece::finishAdding);
        pieces.forEach(Piece::finish);
    }

    @Override
    public void close() {
        memory.close();
    }

    private enum Stage {
        IDLE,
        SCATTERING,
        GATHERING
    }

    /** A piece of the gradient, and the state of its exchange. */
    private final class Piece {
        private final int number;
        private final MemorySegment received;
        private final @Nullable MemorySegment receivedHalves;
        private final @Nullable MemorySegment sentHalves;
        private final MemorySegment requests;
        private final long all;
        private final long mineFirst;
        private final long mineCount;
        /** What this rank adds up: its part of the partial sums of all ranks, by their nodes of the reduction tree. */
        private final Map<ShardRange, MemorySegment> operands = new HashMap<>();

        private List<MemorySegment> partials = List.of();
        private @Nullable Transfers messages;
        private Stage stage = Stage.IDLE;

        Piece(MemoryScope memory, int number, long values) {
            this.number = number;
            this.all = values;
            this.mineFirst = first(share.rank());
            this.mineCount = count(share.rank());
            long foreign = foreignRoots(share) * mineCount;
            String in = "received " + number;
            String out = "sent " + number;
            this.received = memory.floats(Account.EXCHANGE, in, foreign);
            this.receivedHalves = rounded ? halves(memory, in, foreign) : null;
            this.sentHalves = rounded ? halves(memory, out, share.roots().size() * all) : null;
            this.requests = memory.words(Account.EXCHANGE, "requests" + number, requests(share, all));
        }

        private static MemorySegment halves(MemoryScope memory, String name, long values) {
            return memory.bytes(Account.EXCHANGE, name + " in 16 bits", values * Short.BYTES);
        }

        private Transfers transfers() {
            if (messages == null) {
                messages = communicator.transfers(requests);
            }
            return messages;
        }

        private void setOperands() {
            long at = 0;
            for (int rank = 0; rank < share.ranks(); rank++) {
                List<ShardRange> roots = share.roots(rank);
                for (int root = 0; root < roots.size(); root++) {
                    boolean own = rank == share.rank();
                    operands.put(
                            roots.get(root),
                            own ? floats(partials.get(root), mineFirst, mineCount) : floats(received, at, mineCount));
                    at += own ? 0 : mineCount;
                }
            }
        }

        private long first(int rank) {
            return Share.firstValue(all, rank, share.ranks());
        }

        private long count(int rank) {
            return first(rank + 1) - first(rank);
        }

        /** A range of values of bfloat16 memory where there is some, else of float32 memory. */
        private MemorySegment slice(@Nullable MemorySegment halves, MemorySegment floats, long from, long count) {
            return halves == null ? floats(floats, from, count) : halves(halves, from, count);
        }

        private static MemorySegment floats(MemorySegment memory, long from, long count) {
            return memory.asSlice(from * Float.BYTES, count * Float.BYTES);
        }

        private static MemorySegment halves(MemorySegment memory, long from, long count) {
            return memory.asSlice(from * Short.BYTES, count * Short.BYTES);
        }

        private int tag(int ofStage) {
            return 2 * number + ofStage;
        }

        void begin(List<MemorySegment> sums) {
            if (operands.isEmpty()) {
                partials = List.copyOf(sums);
                setOperands();
            }
            if (sentHalves != null) {
                for (int root = 0; root < partials.size(); root++) {
                    encode(partials.get(root), 0, all, sentHalves, root * all);
                }
            }
            long at = 0;
            for (int rank = 0; rank < share.ranks(); rank++) {
                if (rank != share.rank()) {
                    for (int root = 0; root < share.roots(rank).size(); root++) {
                        transfers().receive(slice(receivedHalves, received, at, mineCount), rank, tag(0));
                        at += mineCount;
                    }
                }
            }
            // Each rank sends to its neighbour first, so that not all send to one at once.
            for (int step = 1; step < share.ranks(); step++) {
                int rank = (share.rank() + step) % share.ranks();
                for (int root = 0; root < partials.size(); root++) {
                    long from = first(rank) + (sentHalves == null ? 0 : root * all);
                    transfers().send(slice(sentHalves, partials.get(root), from, count(rank)), rank, tag(0));
                }
            }
            stage = Stage.SCATTERING;
        }

        private void encode(MemorySegment floats, long from, long count, MemorySegment halves, long to) {
            inParts(
                    count,
                    (first, part) ->
                            ShardSum.encode(floats(floats, from + first, part), halves(halves, to + first, part)));
        }

        private void decode(MemorySegment halves, MemorySegment floats, long count) {
            inParts(count, (first, part) -> ShardSum.decode(halves(halves, first, part), floats(floats, first, part)));
        }

        private void inParts(long count, Part work) {
            workers.forEach(Math.toIntExact(Math.ceilDiv(count, VALUES_AT_ONCE)), (worker, i) -> {
                long first = (long) i * VALUES_AT_ONCE;
                work.run(first, Math.min(VALUES_AT_ONCE, count - first));
            });
        }

        void progress() {
            if (stage != Stage.IDLE) {
                transfers().done();
            }
        }

        void advance() {
            if (stage == Stage.SCATTERING && transfers().done()) {
                finishAdding();
            }
        }

        void finishAdding() {
            if (stage != Stage.SCATTERING) {
                return;
            }
            transfers().await();
            if (receivedHalves != null) {
                decode(receivedHalves, received, foreignRoots(share) * mineCount);
            }
            MemorySegment sums = partials.getFirst();
            inParts(mineCount, (first, count) -> {
                MemorySegment sum = sum(new ShardRange(0, share.shards()), first, count);
                MemorySegment place = floats(sums, mineFirst + first, count);
                if (sum.address() != place.address()) {
                    place.copyFrom(sum);
                }
            });
            if (sentHalves != null) {
                encode(sums, mineFirst, mineCount, sentHalves, mineFirst);
            }
            for (int rank = 0; rank < share.ranks(); rank++) {
                if (rank != share.rank()) {
                    transfers().receive(slice(sentHalves, sums, first(rank), count(rank)), rank, tag(1));
                }
            }
            for (int step = 1; step < share.ranks(); step++) {
                int rank = (share.rank() + step) % share.ranks();
                transfers().send(slice(sentHalves, sums, mineFirst, mineCount), rank, tag(1));
            }
            stage = Stage.GATHERING;
        }

        /** Computes the sum of a node for some of this rank's values, in place of the node's first operand, and returns it. */
        private MemorySegment sum(ShardRange node, long first, long count) {
            MemorySegment operand = operands.get(node);
            if (operand != null) {
                return floats(operand, first, count);
            }
            MemorySegment sum = sum(node.lower(), first, count);
            ShardSum.add(sum, sum(node.upper(), first, count));
            if (rounded) {
                ShardSum.round(sum);
            }
            return sum;
        }

        void finish() {
            transfers().await();
            if (sentHalves != null) {
                decode(sentHalves, partials.getFirst(), all);
            }
            stage = Stage.IDLE;
        }
    }

    /** Work on some of the values of a piece. */
    @FunctionalInterface
    private interface Part {
        void run(long first, long count);
    }
}
