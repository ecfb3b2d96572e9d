package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

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

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final float[] sums = new float[RECEIVERS * 4 * COUNT];
    private final long[] from = new long[RECEIVERS];
    private final long[] to = new long[RECEIVERS];
    private int gathered;

    /**
     * Adds rows to the sums of all receivers.
     *
     * @param rows which rows, and where the states of their senders are
     * @param grid the receivers
     * @param states states of the senders
     * @param firstState byte offset of the first sender's state for the first receiver
     * @param to what is added to
     * @param firstSum byte offset of the first receiver's sums
     */
    void add(Rows rows, Grid grid, MemorySegment states, long firstState, MemorySegment to, long firstSum) {
        int lanes = (int) (rows.rowBytes() / Float.BYTES);
        int width = Math.min(lanes, AccumulatorStaging.VECTORS * COUNT);
        for (int lane = 0; lane < lanes; lane += width) {
            gathered = 0;
            long skip = lane * (long) Float.BYTES;
            for (int image = 0; image < grid.images(); image++) {
                for (int y = 0; y < grid.rows(); y++) {
                    long sent = firstState + image * grid.fromImage() + y * grid.fromRow();
                    long received = firstSum + skip + image * grid.toImage() + y * grid.toRow();
                    addRow(rows, skip, width / COUNT, grid, states, sent, to, received);
                }
            }
            for (int i = 0; i < gathered; i++) {
                addOne(rows, skip, width / COUNT, states, i, to);
            }
        }
    }

    private void addRow(
            Rows rows,
            long skip,
            int vectors,
            Grid grid,
            MemorySegment states,
            long sent,
            MemorySegment sums,
            long received) {
        for (int x = 0; x < grid.columns(); x++) {
            from[gathered] = sent + x * grid.fromColumn();
            to[gathered] = received + x * grid.toColumn();
            gathered++;
            if (gathered == RECEIVERS) {
                addFour(rows, skip, vectors, states, sums);
                gathered = 0;
            }
        }
    }

    private void addFour(Rows rows, long skip, int vectors, MemorySegment states, MemorySegment received) {
        for (int i = 0; i < RECEIVERS; i++) {
            AccumulatorStaging.read(received, to[i], sums, i * vectors, vectors);
        }
        MemorySegment weights = rows.weights();
        long row = rows.firstRow() + skip;
        switch (vectors) {
            case 4 ->
                add4x4(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[0],
                        from[1],
                        from[2],
                        from[3],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
            case 2 ->
                add4x2(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[0],
                        from[1],
                        from[2],
                        from[3],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
            default ->
                add4x1(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[0],
                        from[1],
                        from[2],
                        from[3],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
        }
        for (int i = 0; i < RECEIVERS; i++) {
            AccumulatorStaging.write(sums, i * vectors, vectors, received, to[i]);
        }
    }

    private void addOne(Rows rows, long skip, int vectors, MemorySegment states, int i, MemorySegment received) {
        AccumulatorStaging.read(received, to[i], sums, 0, vectors);
        MemorySegment weights = rows.weights();
        long row = rows.firstRow() + skip;
        switch (vectors) {
            case 4 ->
                add1x4(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[i],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
            case 2 ->
                add1x2(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[i],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
            default ->
                add1x1(
                        sums,
                        weights,
                        row,
                        rows.rowBytes(),
                        rows.nextRunRow(),
                        states,
                        from[i],
                        rows.nextRun(),
                        rows.runs(),
                        rows.length());
        }
        AccumulatorStaging.write(sums, 0, vectors, received, to[i]);
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    private static FloatVector broadcast(MemorySegment segment, long offset) {
        return FloatVector.broadcast(FLOATS, segment.get(FLOAT, offset));
    }

    /**
     * Weight rows in runs: the senders of a run are neighbours, and so are their rows.
     *
     * @param weights where the rows are
     * @param firstRow byte offset of the first row
     * @param rowBytes bytes of a row, which is all lanes of a block
     * @param nextRunRow bytes from the first row of a run to that of the next
     * @param nextRun bytes of states from the first sender of a run to that of the next
     * @param runs how many runs
     * @param length rows of a run
     */
    record Rows(
            MemorySegment weights, long firstRow, long rowBytes, long nextRunRow, long nextRun, int runs, int length) {

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
                return new Rows(weights, first, rowBytes, 0, 0, 1, Math.min(NEAR, length - begin));
            }
            int begin = piece * runsOfPiece();
            int count = Math.min(runsOfPiece(), runs - begin);
            return new Rows(weights, firstRow + begin * nextRunRow, rowBytes, nextRunRow, nextRun, count, length);
        }
    }

    /**
     * Receivers at equal distances, and their senders at equal distances.
     *
     * @param images how many images
     * @param rows rows of the grid in an image
     * @param columns its columns
     * @param fromImage bytes of states between two images
     * @param fromRow bytes of states between two rows
     * @param fromColumn bytes of states between two columns
     * @param toImage bytes of sums between two images
     * @param toRow bytes of sums between two rows
     * @param toColumn bytes of sums between two columns
     */
    record Grid(
            int images,
            int rows,
            int columns,
            long fromImage,
            long fromRow,
            long fromColumn,
            long toImage,
            long toRow,
            long toColumn) {}

    private static void add4x4(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long second,
            long third,
            long fourth,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector a2 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector a3 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, 4 * COUNT);
        FloatVector b1 = FloatVector.fromArray(FLOATS, sums, 5 * COUNT);
        FloatVector b2 = FloatVector.fromArray(FLOATS, sums, 6 * COUNT);
        FloatVector b3 = FloatVector.fromArray(FLOATS, sums, 7 * COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 8 * COUNT);
        FloatVector c1 = FloatVector.fromArray(FLOATS, sums, 9 * COUNT);
        FloatVector c2 = FloatVector.fromArray(FLOATS, sums, 10 * COUNT);
        FloatVector c3 = FloatVector.fromArray(FLOATS, sums, 11 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 12 * COUNT);
        FloatVector d1 = FloatVector.fromArray(FLOATS, sums, 13 * COUNT);
        FloatVector d2 = FloatVector.fromArray(FLOATS, sums, 14 * COUNT);
        FloatVector d3 = FloatVector.fromArray(FLOATS, sums, 15 * COUNT);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, 4L * BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector w1 = load(weight, BYTES);
                FloatVector w2 = load(weight, 2L * BYTES);
                FloatVector w3 = load(weight, 3L * BYTES);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
                a1 = w1.fma(a, a1);
                a2 = w2.fma(a, a2);
                a3 = w3.fma(a, a3);
                FloatVector b = broadcast(states, second + sent + i * 4L);
                b0 = w0.fma(b, b0);
                b1 = w1.fma(b, b1);
                b2 = w2.fma(b, b2);
                b3 = w3.fma(b, b3);
                FloatVector c = broadcast(states, third + sent + i * 4L);
                c0 = w0.fma(c, c0);
                c1 = w1.fma(c, c1);
                c2 = w2.fma(c, c2);
                c3 = w3.fma(c, c3);
                FloatVector d = broadcast(states, fourth + sent + i * 4L);
                d0 = w0.fma(d, d0);
                d1 = w1.fma(d, d1);
                d2 = w2.fma(d, d2);
                d3 = w3.fma(d, d3);
            }
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        a2.intoArray(sums, 2 * COUNT);
        a3.intoArray(sums, 3 * COUNT);
        b0.intoArray(sums, 4 * COUNT);
        b1.intoArray(sums, 5 * COUNT);
        b2.intoArray(sums, 6 * COUNT);
        b3.intoArray(sums, 7 * COUNT);
        c0.intoArray(sums, 8 * COUNT);
        c1.intoArray(sums, 9 * COUNT);
        c2.intoArray(sums, 10 * COUNT);
        c3.intoArray(sums, 11 * COUNT);
        d0.intoArray(sums, 12 * COUNT);
        d1.intoArray(sums, 13 * COUNT);
        d2.intoArray(sums, 14 * COUNT);
        d3.intoArray(sums, 15 * COUNT);
    }

    private static void add4x2(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long second,
            long third,
            long fourth,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector b1 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 4 * COUNT);
        FloatVector c1 = FloatVector.fromArray(FLOATS, sums, 5 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 6 * COUNT);
        FloatVector d1 = FloatVector.fromArray(FLOATS, sums, 7 * COUNT);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, 2L * BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector w1 = load(weight, BYTES);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
                a1 = w1.fma(a, a1);
                FloatVector b = broadcast(states, second + sent + i * 4L);
                b0 = w0.fma(b, b0);
                b1 = w1.fma(b, b1);
                FloatVector c = broadcast(states, third + sent + i * 4L);
                c0 = w0.fma(c, c0);
                c1 = w1.fma(c, c1);
                FloatVector d = broadcast(states, fourth + sent + i * 4L);
                d0 = w0.fma(d, d0);
                d1 = w1.fma(d, d1);
            }
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        b0.intoArray(sums, 2 * COUNT);
        b1.intoArray(sums, 3 * COUNT);
        c0.intoArray(sums, 4 * COUNT);
        c1.intoArray(sums, 5 * COUNT);
        d0.intoArray(sums, 6 * COUNT);
        d1.intoArray(sums, 7 * COUNT);
    }

    private static void add4x1(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long second,
            long third,
            long fourth,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
                FloatVector b = broadcast(states, second + sent + i * 4L);
                b0 = w0.fma(b, b0);
                FloatVector c = broadcast(states, third + sent + i * 4L);
                c0 = w0.fma(c, c0);
                FloatVector d = broadcast(states, fourth + sent + i * 4L);
                d0 = w0.fma(d, d0);
            }
        }
        a0.intoArray(sums, 0);
        b0.intoArray(sums, COUNT);
        c0.intoArray(sums, 2 * COUNT);
        d0.intoArray(sums, 3 * COUNT);
    }

    private static void add1x4(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector a2 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector a3 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, 4L * BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector w1 = load(weight, BYTES);
                FloatVector w2 = load(weight, 2L * BYTES);
                FloatVector w3 = load(weight, 3L * BYTES);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
                a1 = w1.fma(a, a1);
                a2 = w2.fma(a, a2);
                a3 = w3.fma(a, a3);
            }
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        a2.intoArray(sums, 2 * COUNT);
        a3.intoArray(sums, 3 * COUNT);
    }

    private static void add1x2(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, 2L * BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector w1 = load(weight, BYTES);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
                a1 = w1.fma(a, a1);
            }
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
    }

    private static void add1x1(
            float[] sums,
            MemorySegment weights,
            long firstRow,
            long rowBytes,
            long nextRunRow,
            MemorySegment states,
            long first,
            long nextRun,
            int runs,
            int length) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        for (int run = 0; run < runs; run++) {
            long row = firstRow + run * nextRunRow;
            long sent = run * nextRun;
            for (int i = 0; i < length; i++) {
                MemorySegment weight = weights.asSlice(row + i * rowBytes, BYTES);
                FloatVector w0 = load(weight, 0);
                FloatVector a = broadcast(states, first + sent + i * 4L);
                a0 = w0.fma(a, a0);
            }
        }
        a0.intoArray(sums, 0);
    }
}
