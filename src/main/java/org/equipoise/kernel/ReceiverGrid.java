package org.equipoise.kernel;

/**
 * Receivers at equal distances: positions of one image, or the same position of several.
 *
 * @param rows rows of the grid
 * @param columns its columns
 * @param bitsRow bytes of spikes between the senders of two rows
 * @param bitsColumn bytes of spikes between the senders of two columns
 * @param sumsRow bytes of sums between two rows
 * @param sumsColumn bytes of sums between two columns
 */
record ReceiverGrid(int rows, int columns, long bitsRow, long bitsColumn, long sumsRow, long sumsColumn) {
    boolean isEmpty() {
        return rows <= 0 || columns <= 0;
    }
}
