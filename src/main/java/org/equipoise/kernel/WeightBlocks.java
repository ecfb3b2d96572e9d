package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;

/**
 * A matrix of weights cut into blocks of at most 64 lanes: {@code [block][row][lane]}.
 *
 * <p>One row is what one spike adds to a block of currents. Blocks keep the rows that a pass needs together contiguous, so that
 * they stay in the nearest cache and do not compete for a quarter of its sets, as columns of a wide matrix would. Some spare rows
 * follow the last block, so that {@link #TILE_ROWS} rows may be sliced from any row on.
 *
 * @param segment {@code rows * lanes} weights and the spare rows
 * @param format how each weight lies there
 * @param rows how many rows
 * @param lanes values in a whole row over all blocks, a multiple of 16
 */
public record WeightBlocks(MemorySegment segment, WeightFormat format, int rows, int lanes) {
    /** Lanes of every block but perhaps the last. */
    public static final int BLOCK_LANES = 64;

    /** Rows that may be sliced from any row on. */
    static final int TILE_ROWS = 512;

    /** Checks that the memory is as large as the shape says. */
    public WeightBlocks {
        if (segment.byteSize() < weightsNeeded(rows, lanes) * format.bytes() && !MemoryScope.unbacked(segment)) {
            throw new IllegalArgumentException("The memory is smaller than " + rows + " rows of " + lanes + " lanes");
        }
    }

    /**
     * @param segment float32 weights and the spare rows
     * @param rows how many rows
     * @param lanes values in a row
     */
    public WeightBlocks(MemorySegment segment, int rows, int lanes) {
        this(segment, WeightFormat.FLOAT32, rows, lanes);
    }

    /**
     * @param rows how many rows
     * @param lanes values in a row
     * @return the weights of such a matrix, spare rows included
     */
    public static long weightsNeeded(int rows, int lanes) {
        return (long) rows * lanes + (long) TILE_ROWS * Math.min(lanes, BLOCK_LANES);
    }

    /**
     * @param memory where its memory comes from
     * @param account what it is for
     * @param name the name of its memory, unique within the owner
     * @param rows how many rows
     * @param lanes values in a row
     * @return a matrix of float32 zeros
     */
    public static WeightBlocks in(MemoryScope memory, Account account, String name, int rows, int lanes) {
        return in(memory, account, name, WeightFormat.FLOAT32, rows, lanes);
    }

    /**
     * @param memory where its memory comes from
     * @param account what it is for
     * @param name the name of its memory, unique within the owner
     * @param format how each weight lies there
     * @param rows how many rows
     * @param lanes values in a row
     * @return a matrix of zeros
     */
    public static WeightBlocks in(
            MemoryScope memory, Account account, String name, WeightFormat format, int rows, int lanes) {
        return new WeightBlocks(format.in(memory, account, name, weightsNeeded(rows, lanes)), format, rows, lanes);
    }

    /** {@return the number of blocks} */
    public int blocks() {
        return blocks(lanes);
    }

    /**
     * @param lanes values in a row
     * @return the number of blocks they are cut into
     */
    public static int blocks(int lanes) {
        return Math.ceilDiv(lanes, BLOCK_LANES);
    }

    /**
     * @param block a block
     * @return its lanes: 64, or what is left in the last
     */
    public int blockLanes(int block) {
        return Math.min(BLOCK_LANES, lanes - block * BLOCK_LANES);
    }

    /**
     * @param block a block
     * @return that block as a matrix of its own
     */
    public WeightBlocks block(int block) {
        return new WeightBlocks(segment.asSlice(blockOffset(block)), format, rows, blockLanes(block));
    }

    /**
     * @param block a block
     * @return the bytes of its rows
     */
    public long rowBytes(int block) {
        return (long) blockLanes(block) * format.bytes();
    }

    /**
     * @param block a block
     * @return the byte offset of its first row
     */
    public long blockOffset(int block) {
        return (long) block * BLOCK_LANES * rows * format.bytes();
    }

    /**
     * @param block a block
     * @param row a row
     * @return the byte offset of that row in that block
     */
    public long rowOffset(int block, int row) {
        return blockOffset(block) + row * rowBytes(block);
    }

    /** {@return all weights without the spare rows} */
    public MemorySegment weights() {
        return segment.asSlice(0, (long) rows * lanes * format.bytes());
    }

    /**
     * @param block a block
     * @param first a row
     * @param count how many rows, from that one on
     * @return their weights in that block
     */
    public MemorySegment rows(int block, int first, int count) {
        return segment.asSlice(rowOffset(block, first), count * rowBytes(block));
    }

    /**
     * @param row a row
     * @param lane a lane of the whole row
     * @return the byte offset of that weight
     */
    public long offset(int row, int lane) {
        return rowOffset(lane / BLOCK_LANES, row) + (long) (lane % BLOCK_LANES) * format.bytes();
    }

    /**
     * @param row a row
     * @param lane a lane of the whole row
     * @return that weight
     */
    public float get(int row, int lane) {
        return format.get(segment, offset(row, lane));
    }

    /**
     * @param row a row
     * @param lane a lane of the whole row
     * @param value the weight's new value
     */
    public void set(int row, int lane, float value) {
        format.set(segment, offset(row, lane), value);
    }
}
