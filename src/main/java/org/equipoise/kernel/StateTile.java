package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;

import java.lang.foreign.MemorySegment;

/**
 * Sums of weight rows, each times the state of its sender, for four receivers at a time: a row is loaded once for all four, and the
 * sixteen sums hide the latency of the multiply-add.
 *
 * <p>Sums enter and leave a kernel by {@link AccumulatorStaging}. Rows are sliced with a size that is a constant, so that one check serves
 * all vectors of a row.
 */
final class StateTile {
    /** Receivers that share the loads of a row. */
    static final int RECEIVERS = 4;

    private final float[] sums = new float[RECEIVERS * 4 * COUNT];
    private final long[] from = new long[RECEIVERS];
    private final long[] to = new long[RECEIVERS];
    private int gathered;

    /**
     * Adds rows to the sums of all receivers.
     *
     * @param rows which rows, and where the states of their senders are
     * @param grid the receivers of an image
     * @param images how many images
     * @param states states of the senders
     * @param firstState byte offset of the first sender's state for the first receiver
     * @param nextImage bytes of states between two images
     * @param to what is added to
     * @param firstSum byte offset of the first receiver's sums
     */
    void add(
            Rows rows,
            ReceiverGrid grid,
            int images,
            MemorySegment states,
            long firstState,
            long nextImage,
            MemorySegment to,
            long firstSum) {
        int lanes = rows.lanes();
        int width = Math.min(lanes, AccumulatorStaging.VECTORS * COUNT);
        for (int lane = 0; lane < lanes; lane += width) {
            gathered = 0;
            for (int image = 0; image < images; image++) {
                for (int y = 0; y < grid.rows(); y++) {
                    long sent = firstState + image * nextImage + y * (grid.sendersRow() * 4L);
                    long received = firstSum + lane * 4L + image * grid.sumsImage() + y * grid.sumsRow();
                    addRow(rows, lane, width / COUNT, grid, states, sent, to, received);
                }
            }
            for (int i = 0; i < gathered; i++) {
                sum(rows, lane, width / COUNT, states, i, 1, to);
            }
        }
    }

    private void addRow(
            Rows rows,
            int lane,
            int vectors,
            ReceiverGrid grid,
            MemorySegment states,
            long sent,
            MemorySegment sums,
            long received) {
        for (int x = 0; x < grid.columns(); x++) {
            from[gathered] = sent + x * (grid.sendersColumn() * 4L);
            to[gathered] = received + x * grid.sumsColumn();
            gathered++;
            if (gathered == RECEIVERS) {
                sum(rows, lane, vectors, states, 0, RECEIVERS, sums);
                gathered = 0;
            }
        }
    }

    private void sum(
            Rows rows, int lane, int vectors, MemorySegment states, int first, int receivers, MemorySegment received) {
        for (int i = 0; i < receivers; i++) {
            AccumulatorStaging.read(received, to[first + i], sums, i * vectors, vectors);
        }
        Float32StateSums.add(receivers, vectors, sums, rows, lane, states, from, first);
        for (int i = 0; i < receivers; i++) {
            AccumulatorStaging.write(sums, i * vectors, vectors, received, to[first + i]);
        }
    }

    /**
     * Weight rows in runs: the senders of a run are neighbours, and so are their rows.
     *
     * @param weights where the rows are
     * @param firstRow byte offset of the first row
     * @param lanes lanes of the block
     * @param rowBytes bytes of a row, which is all of them
     * @param nextRunRow bytes from the first row of a run to that of the next
     * @param nextRun bytes of states from the first sender of a run to that of the next
     * @param runs how many runs
     * @param length rows of a run
     */
    record Rows(
            MemorySegment weights,
            long firstRow,
            int lanes,
            long rowBytes,
            long nextRunRow,
            long nextRun,
            int runs,
            int length) {

        /** As many rows as stay in a near cache while all receivers pass over them. */
        private static final int NEAR = 1024;

        /** {@return in how many pieces the rows are best added} */
        int pieces() {
            return length > NEAR ? runs * piecesOfRun() : Math.ceilDiv(runs, runsOfPiece());
        }

        private int piecesOfRun() {
            return Math.ceilDiv(length, NEAR);
        }

        private int runsOfPiece() {
            return Math.max(1, NEAR / length);
        }

        /** {@return the bytes from the first sender's state to that of the piece's first sender} */
        long pieceState(int piece) {
            return length > NEAR
                    ? piece / piecesOfRun() * nextRun + (long) piece % piecesOfRun() * NEAR * Float.BYTES
                    : (long) piece * runsOfPiece() * nextRun;
        }

        Rows piece(int piece) {
            if (length > NEAR) {
                int begin = piece % piecesOfRun() * NEAR;
                long first = firstRow + piece / piecesOfRun() * nextRunRow + begin * rowBytes;
                return new Rows(weights, first, lanes, rowBytes, 0, 0, 1, Math.min(NEAR, length - begin));
            }
            int begin = piece * runsOfPiece();
            int count = Math.min(runsOfPiece(), runs - begin);
            return new Rows(
                    weights, firstRow + begin * nextRunRow, lanes, rowBytes, nextRunRow, nextRun, count, length);
        }
    }
}
