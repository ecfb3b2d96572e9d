package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * Pooling with vectors over neighbouring channels. Channels go by cache lines of 16, whose bits fill two bytes whatever the width
 * of a vector.
 */
final class VectorPoolingKernels implements PoolingKernels {
    private static final long LINE_BYTES = LayerLayout.LINE * (long) Float.BYTES;
    private static final long LINE_BITS = LayerLayout.LINE / Byte.SIZE;
    private static final int VECTORS = LayerLayout.LINE / COUNT;

    @Override
    public void addMaximum(
            PoolingWindow window,
            FloatTensor convolved,
            FloatTensor to,
            SpikeTensor winners,
            int firstImage,
            int endImage) {
        Strides strides = Strides.of(window);
        int lines = window.pooled().channelStride() / LayerLayout.LINE;
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.pooled().positions(); position++) {
                long line = window.position(position, 0) * (long) lines;
                long values = convolved.imageOffset(image) + line * LINE_BYTES;
                long bits = winners.imageOffset(image) + line * LINE_BITS;
                long sums = to.imageOffset(image) + (long) position * lines * LINE_BYTES;
                for (int i = 0; i < lines; i++) {
                    addMaximumOfLine(
                            strides,
                            convolved.segment(),
                            values + i * LINE_BYTES,
                            winners.segment(),
                            bits + i * LINE_BITS,
                            to.segment(),
                            sums + i * LINE_BYTES);
                }
            }
        }
    }

    /**
     * Lines of channels between the members of a window.
     *
     * @param size side of the window
     * @param column lines from a member to the next of its row
     * @param row lines from a row of members to the next
     */
    private record Strides(int size, long column, long row) {
        static Strides of(PoolingWindow window) {
            long lines = window.convolved().channelStride() / LayerLayout.LINE;
            return new Strides(window.size(), lines, lines * window.convolved().width());
        }
    }

    private static void addMaximumOfLine(
            Strides strides,
            MemorySegment values,
            long firstValue,
            MemorySegment winners,
            long firstBits,
            MemorySegment sums,
            long firstSum) {
        for (int v = 0; v < VECTORS; v++) {
            long lane = v * (long) BYTES;
            FloatVector maximum = load(values, firstValue + lane);
            FloatVector winner = FloatVector.zero(FLOATS);
            float member = 0f;
            for (int i = 0; i < strides.size(); i++) {
                for (int j = 0; j < strides.size(); j++) {
                    FloatVector value =
                            load(values, firstValue + (i * strides.row() + j * strides.column()) * LINE_BYTES + lane);
                    VectorMask<Float> greater = value.compare(VectorOperators.GT, maximum);
                    maximum = maximum.blend(value, greater);
                    winner = winner.blend(member, greater);
                    member++;
                }
            }
            load(sums, firstSum + lane).add(maximum).intoMemorySegment(sums, firstSum + lane, ORDER);
            note(strides, winner, v * COUNT, winners, firstBits);
        }
    }

    /** Turns the numbers of the winning members into one bit for each lane in the word of each member. */
    private static void note(
            Strides strides, FloatVector winner, int firstLane, MemorySegment winners, long firstBits) {
        float member = 0f;
        for (int i = 0; i < strides.size(); i++) {
            for (int j = 0; j < strides.size(); j++) {
                long at = firstBits + (i * strides.row() + j * strides.column()) * LINE_BITS;
                long won = winner.compare(VectorOperators.EQ, member).toLong() << firstLane;
                long before = firstLane == 0 ? 0 : winners.get(ValueLayout.JAVA_SHORT, at);
                winners.set(ValueLayout.JAVA_SHORT, at, (short) (before | won));
                member++;
            }
        }
    }

    @Override
    public void addWinners(
            PoolingWindow window,
            FloatTensor convolved,
            SpikeTensor winners,
            FloatTensor to,
            int firstImage,
            int endImage) {
        Strides strides = Strides.of(window);
        int lines = window.pooled().channelStride() / LayerLayout.LINE;
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.pooled().positions(); position++) {
                long line = window.position(position, 0) * (long) lines;
                long values = convolved.imageOffset(image) + line * LINE_BYTES;
                long bits = winners.imageOffset(image) + line * LINE_BITS;
                long sums = to.imageOffset(image) + (long) position * lines * LINE_BYTES;
                for (int i = 0; i < lines; i++) {
                    addWinnersOfLine(
                            strides,
                            convolved.segment(),
                            values + i * LINE_BYTES,
                            winners.segment(),
                            bits + i * LINE_BITS,
                            to.segment(),
                            sums + i * LINE_BYTES);
                }
            }
        }
    }

    private static void addWinnersOfLine(
            Strides strides,
            MemorySegment values,
            long firstValue,
            MemorySegment winners,
            long firstBits,
            MemorySegment sums,
            long firstSum) {
        for (int v = 0; v < VECTORS; v++) {
            long lane = v * (long) BYTES;
            FloatVector winning = FloatVector.zero(FLOATS);
            for (int i = 0; i < strides.size(); i++) {
                for (int j = 0; j < strides.size(); j++) {
                    long line = i * strides.row() + j * strides.column();
                    VectorMask<Float> won = won(winners, firstBits + line * LINE_BITS, v * COUNT);
                    winning = winning.blend(load(values, firstValue + line * LINE_BYTES + lane), won);
                }
            }
            load(sums, firstSum + lane).add(winning).intoMemorySegment(sums, firstSum + lane, ORDER);
        }
    }

    private static VectorMask<Float> won(MemorySegment winners, long at, int firstLane) {
        long bits = winners.get(ValueLayout.JAVA_SHORT, at) & 0xFFFFL;
        return VectorMask.fromLong(FLOATS, bits >>> firstLane);
    }

    @Override
    public void unpool(
            PoolingWindow window,
            FloatTensor pooled,
            SpikeTensor winners,
            int firstLane,
            FloatTensor map,
            int firstImage,
            int endImage) {
        int lines = window.pooled().channelStride() / LayerLayout.LINE;
        int firstLine = firstLane / LayerLayout.LINE;
        int linesTaken = map.layout().channelStride() / LayerLayout.LINE;
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.convolved().positions(); position++) {
                int from = window.pooledPosition(position);
                long to = map.imageOffset(image) + (long) position * linesTaken * LINE_BYTES;
                if (from < 0) {
                    map.segment().asSlice(to, linesTaken * LINE_BYTES).fill((byte) 0);
                } else {
                    unpoolLines(
                            linesTaken,
                            pooled.segment(),
                            pooled.imageOffset(image) + ((long) from * lines + firstLine) * LINE_BYTES,
                            winners.segment(),
                            winners.imageOffset(image) + ((long) position * lines + firstLine) * LINE_BITS,
                            map.segment(),
                            to);
                }
            }
        }
    }

    private static void unpoolLines(
            int lines, MemorySegment pooled, long from, MemorySegment winners, long bits, MemorySegment map, long to) {
        for (int i = 0; i < lines; i++) {
            for (int v = 0; v < VECTORS; v++) {
                long lane = i * LINE_BYTES + v * (long) BYTES;
                FloatVector.zero(FLOATS)
                        .blend(load(pooled, from + lane), won(winners, bits + i * LINE_BITS, v * COUNT))
                        .intoMemorySegment(map, to + lane, ORDER);
            }
        }
    }

    @Override
    public void unpool(
            PoolingWindow window,
            SpikeTensor pooled,
            SpikeTensor winners,
            SpikeTensor map,
            int firstImage,
            int endImage) {
        int lines = window.pooled().channelStride() / LayerLayout.LINE;
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.convolved().positions(); position++) {
                int from = window.pooledPosition(position);
                long spikes = pooled.imageOffset(image) + (long) from * lines * LINE_BITS;
                long at = map.imageOffset(image) + (long) position * lines * LINE_BITS;
                for (int i = 0; i < lines; i++) {
                    long skip = i * LINE_BITS;
                    int fired = from < 0 ? 0 : pooled.segment().get(ValueLayout.JAVA_SHORT, spikes + skip);
                    int won = winners.segment().get(ValueLayout.JAVA_SHORT, at + skip);
                    map.segment().set(ValueLayout.JAVA_SHORT, at + skip, (short) (fired & won));
                }
            }
        }
    }
}
