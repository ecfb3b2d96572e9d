package org.equipoise.kernel.codegen;

/**
 * Sums of products of real values, for four rows of sums at a time and for one that is left: a load serves all of them, and sixteen sums
 * hide the latency of the multiply-add.
 */
final class DenseSums {
    private static final int[] ROWS = {4, 1};
    private static final int[] VECTORS = {4, 2, 1};

    private DenseSums() {}

    static String states() {
        return """
                package org.equipoise.kernel;

                import static org.equipoise.kernel.Lanes.COUNT;
                import static org.equipoise.kernel.Lanes.FLOATS;
                import static org.equipoise.kernel.Lanes.broadcast;

                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.FloatVector;

                /**
                 * Sums of weight rows, each times the state of its sender, for one receiver or four. Rows are sliced with a size that is a constant,
                 * so that one check serves all vectors of a row.
                 */
                final class {Format}StateSums {
                    /** Bytes of a vector of weights. */
                    private static final int WEIGHTS = COUNT * {Format}Weights.BYTES;

                    private {Format}StateSums() {}

                    /**
                     * @param receivers 1 or 4
                     * @param vectors vectors of a row that are summed: 1, 2 or 4
                     * @param sums vectors of the first receiver, then of the next
                     * @param rows weight rows
                     * @param lane lane of the first vector
                     * @param states states of the senders
                     * @param from byte offset of the first sender's state for each receiver
                     * @param first number of the first receiver in {@code from}
                     */
                    static void add(
                            int receivers,
                            int vectors,
                            float[] sums,
                            StateTile.Rows rows,
                            int lane,
                            MemorySegment states,
                            long[] from,
                            int first) {
                        MemorySegment weights = rows.weights();
                        long row = rows.firstRow() + lane * (long) {Format}Weights.BYTES;
                        switch (receivers * 10 + vectors) {
                """ + each("""
                                case {rows}{vectors} ->
                                    add{rows}x{vectors}(
                                            sums,
                                            weights,
                                            row,
                                            rows.rowBytes(),
                                            rows.nextRunRow(),
                                            states,
                                            from[first + {rowNumber}],
                                            rows.nextRun(),
                                            rows.runs(),
                                            rows.length());
                    """) + """
                            default -> throw new IllegalArgumentException("No kernel sums " + vectors + " vectors of " + receivers);
                        }
                    }
                """ + each("""

                        private static void add{rows}x{vectors}(
                                float[] sums,
                                MemorySegment weights,
                                long firstRow,
                                long rowBytes,
                                long nextRunRow,
                                MemorySegment states,
                                long {r}From,
                                long nextRun,
                                int runs,
                                int length) {
                            FloatVector {r}{v} = FloatVector.fromArray(FLOATS, sums, {sum});
                            for (int run = 0; run < runs; run++) {
                                long row = firstRow + run * nextRunRow;
                                long sent = run * nextRun;
                                for (int i = 0; i < length; i++) {
                                    MemorySegment weight = weights.asSlice(row + i * rowBytes, {weightsSize});
                                    FloatVector w{v} = {Format}Weights.load(weight, {weightAt});
                                    #each
                                    FloatVector {r} = broadcast(states, {r}From + sent + i * 4L);
                                    {r}{v} = w{v}.fma({r}, {r}{v});
                                    #end
                                }
                            }
                            {r}{v}.intoArray(sums, {sum});
                        }
                    """) + "}\n";
    }

    static String products() {
        return """
                package org.equipoise.kernel;

                import static org.equipoise.kernel.Lanes.COUNT;
                import static org.equipoise.kernel.Lanes.FLOATS;
                import static org.equipoise.kernel.Lanes.broadcast;

                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.FloatVector;

                /** Sums over positions of the states of one source channel or four, each times the states of some target lanes. */
                final class ProductSums {
                    private ProductSums() {}

                    /**
                     * @param channels 1 or 4
                     * @param vectors vectors of target lanes: 1, 2 or 4
                     * @param sums vectors of the first channel, then of the next
                     * @param targets vectors of the first position, then of the next
                     * @param source states of the source layer
                     * @param from byte offset of each position's channels
                     * @param channel bytes of channels before the first
                     * @param count how many positions
                     */
                    static void add(
                            int channels,
                            int vectors,
                            float[] sums,
                            float[] targets,
                            MemorySegment source,
                            long[] from,
                            long channel,
                            int count) {
                        switch (channels * 10 + vectors) {
                """ + each("""
                                case {rows}{vectors} -> add{rows}x{vectors}(sums, targets, source, from, channel, count);
                    """) + """
                            default -> throw new IllegalArgumentException("No kernel sums " + vectors + " vectors of " + channels);
                        }
                    }
                """ + each("""

                        private static void add{rows}x{vectors}(
                                float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
                            FloatVector {r}{v} = FloatVector.fromArray(FLOATS, sums, {sum});
                            for (int i = 0; i < count; i++) {
                                MemorySegment sent = source.asSlice(from[i] + channel, {rowsSize});
                                int at = i * ({vectors} * COUNT);
                                FloatVector t{v} = FloatVector.fromArray(FLOATS, targets, at{+lane});
                                #each
                                FloatVector {r} = broadcast(sent, {rowAt});
                                {r}{v} = t{v}.fma({r}, {r}{v});
                                #end
                            }
                            {r}{v}.intoArray(sums, {sum});
                        }
                    """) + "}\n";
    }

    private static String each(String text) {
        StringBuilder all = new StringBuilder();
        for (int rows : ROWS) {
            for (int vectors : VECTORS) {
                all.append(new Template(text).fill(rows, vectors));
            }
        }
        return all.toString();
    }
}
