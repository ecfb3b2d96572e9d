package org.equipoise.kernel.codegen;

/** Sums of the weight rows of those that sent a spike. */
final class SpikeSums {
    private SpikeSums() {}

    static String tile() {
        return """
                package org.equipoise.kernel;

                import static java.lang.foreign.ValueLayout.JAVA_INT;
                import static org.equipoise.kernel.Lanes.BYTES;
                import static org.equipoise.kernel.Lanes.COUNT;
                import static org.equipoise.kernel.Lanes.ORDER;
                import static org.equipoise.kernel.Lanes.load;
                import static org.equipoise.kernel.Lanes.sign;
                import static org.equipoise.kernel.WeightBlocks.TILE_ROWS;

                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.FloatVector;

                /**
                 * Sums of the weight rows of one tile, at most 512 rows of one block, for a grid of receivers in each of several images.
                 *
                 * <p>The tile stays in a near cache while the receivers pass over it. It is sliced with a size that is a constant, and rows are
                 * picked by a masked number, so that the compiler proves every access in bounds and drops the checks from the inner loop. Each
                 * method stays below some 28 vector accesses: beyond that the compiler boxes the vectors. Hence one method for each number of
                 * accumulators and width of a row.
                 */
                final class {Format}SpikeTile {
                    /** Bytes of a vector of weights. */
                    private static final int WEIGHTS = COUNT * {Format}Weights.BYTES;

                    private {Format}SpikeTile() {}

                    /**
                     * Adds to {@code lanes} sums of each receiver the rows of those of its senders that are listed.
                     *
                     * @param lanes 16, 32 or 64
                     * @param weights rows of {@code lanes} weights
                     * @param first byte offset of the row of a receiver's first sender
                     * @param numbers numbers of the neurons that deviate, bit 31 set where the row is taken away
                     * @param starts where the neurons of each group start in {@code numbers}
                     * @param groupShift binary logarithm of the neurons in a group
                     * @param groups groups of neurons that each receiver reads
                     * @param firstSender number of the neuron whose row is the first
                     * @param images how many images
                     * @param grid the receivers of an image
                     * @param from what sums start from; if it is {@code to}, receivers without events need no visit
                     * @param to where sums go
                     * @param sums byte offset of the first receiver's sums in the first image
                     */
                    static void add(
                            int lanes,
                            MemorySegment weights,
                            long first,
                            MemorySegment numbers,
                            MemorySegment starts,
                            int groupShift,
                            int groups,
                            int firstSender,
                            int images,
                            ReceiverGrid grid,
                            MemorySegment from,
                            MemorySegment to,
                            long sums) {
                        switch (lanes / COUNT * 1000 + lanes) {
                """
                + KernelSources.cases(
                        "weights, first{+weights}, numbers, starts, groupShift, groups, firstSender, images, grid, from, to, sums{+sums}")
                + """
                            default -> throw new IllegalArgumentException("No kernel has " + lanes + " lanes in vectors of " + COUNT);
                        }
                    }
                """
                + KernelSources.methods(SpikeSums::tileMethod) + "}\n";
    }

    private static String tileMethod(int lanes, int vectors) {
        return new Template("""
                    private static void add{vectors}Of{lanes}(
                            MemorySegment weights,
                            long first,
                            MemorySegment numbers,
                            MemorySegment starts,
                            int groupShift,
                            int groups,
                            int firstSender,
                            int images,
                            ReceiverGrid grid,
                            MemorySegment from,
                            MemorySegment to,
                            long sums) {
                        MemorySegment tile = weights.asSlice(first, TILE_ROWS * ({lanes}L * {Format}Weights.BYTES));
                        boolean inPlace = from.equals(to);
                        int rows = grid.rows();
                        int columns = grid.columns();
                        int sendersImage = grid.sendersImage();
                        int sendersRow = grid.sendersRow();
                        int sendersColumn = grid.sendersColumn();
                        long sumsImage = grid.sumsImage();
                        long sumsRow = grid.sumsRow();
                        long sumsColumn = grid.sumsColumn();
                        for (int image = 0; image < images; image++) {
                            for (int row = 0; row < rows; row++) {
                                for (int column = 0; column < columns; column++) {
                                    int sender = firstSender + image * sendersImage + row * sendersRow + column * sendersColumn;
                                    int group = sender >>> groupShift;
                                    int begin = starts.get(JAVA_INT, group * 4L);
                                    int end = starts.get(JAVA_INT, (group + groups) * 4L);
                                    if (inPlace && begin == end) {
                                        continue;
                                    }
                                    long at = sums + image * sumsImage + row * sumsRow + column * sumsColumn;
                                    MemorySegment source = from.asSlice(at, {size});
                                    MemorySegment target = to.asSlice(at, {size});
                                    FloatVector sum{v} = load(source, {at});
                                    for (int k = begin; k < end; k++) {
                                        int event = numbers.get(JAVA_INT, k * 4L);
                                        FloatVector sign = sign(event);
                                        long sent = ((event - sender) & (TILE_ROWS - 1)) * ({lanes}L * {Format}Weights.BYTES);
                                        sum{v} = {Format}Weights.load(tile, sent{+weightAt}).fma(sign, sum{v});
                                    }
                                    sum{v}.intoMemorySegment(target, {at}, ORDER);
                                }
                            }
                        }
                    }
                """.replace("{lanes}", Integer.toString(lanes))).fill(1, vectors);
    }

    static String windows() {
        return """
                package org.equipoise.kernel;

                import static org.equipoise.kernel.Lanes.BYTES;
                import static org.equipoise.kernel.Lanes.COUNT;
                import static org.equipoise.kernel.Lanes.ORDER;
                import static org.equipoise.kernel.Lanes.load;
                import static org.equipoise.kernel.Lanes.sign;

                import java.lang.foreign.MemorySegment;
                import jdk.incubator.vector.FloatVector;

                /** Sums of the weight rows of one window, given as a word of bits, for one receiver; {@link {Format}SpikeTile} says why it is so written. */
                final class {Format}WindowSums {
                    /** Bytes of a vector of weights. */
                    private static final int WEIGHTS = COUNT * {Format}Weights.BYTES;

                    private {Format}WindowSums() {}

                    /**
                     * @param weights rows of {@code lanes} weights
                     * @param row byte offset of the row of bit 0
                     * @param lanes 16, 32 or 64
                     * @param different bits of the rows that count
                     * @param absent of these, the rows to take away
                     * @param to what is added to
                     * @param sums byte offset of the first sum
                     */
                    static void add(
                            MemorySegment weights, long row, int lanes, long different, long absent, MemorySegment to, long sums) {
                        switch (lanes / COUNT * 1000 + lanes) {
                """
                + KernelSources.cases("weights, row{+weights}, different, absent, to, sums{+sums}")
                + """
                            default -> throw new IllegalArgumentException("No kernel has " + lanes + " lanes in vectors of " + COUNT);
                        }
                    }
                """
                + KernelSources.methods(SpikeSums::windowMethod) + "}\n";
    }

    private static String windowMethod(int lanes, int vectors) {
        return new Template("""
                    private static void add{vectors}Of{lanes}(
                            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
                        MemorySegment tile = weights.asSlice(row, Long.SIZE * ({lanes}L * {Format}Weights.BYTES));
                        MemorySegment target = to.asSlice(sums, {size});
                        long left = different;
                        FloatVector sum{v} = load(target, {at});
                        while (left != 0) {
                            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
                            left &= left - 1;
                            FloatVector sign = sign((int) (absent >>> bit) << 31);
                            long at = bit * ({lanes}L * {Format}Weights.BYTES);
                            sum{v} = {Format}Weights.load(tile, at{+weightAt}).fma(sign, sum{v});
                        }
                        sum{v}.intoMemorySegment(target, {at}, ORDER);
                    }
                """.replace("{lanes}", Integer.toString(lanes))).fill(1, vectors);
    }
}
