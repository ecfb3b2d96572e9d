package org.equipoise.experiment.feedforward;

import java.util.Arrays;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirNode;

/** Pooling over windows that do not overlap, by the mean or the sum. */
final class WindowPooling implements Operator {
    private final int channels;
    private final int rows;
    private final int columns;
    private final int pooledRows;
    private final int pooledColumns;
    private final int size;
    private final float share;

    WindowPooling(NirNode.Pool2d node, Shape input, Shape output) {
        this.channels = (int) input.size(0);
        this.rows = (int) input.size(1);
        this.columns = (int) input.size(2);
        this.pooledRows = (int) output.size(1);
        this.pooledColumns = (int) output.size(2);
        this.size = node.size();
        this.share = node.pooling() == NirNode.Pooling.AVERAGE ? 1f / (size * size) : 1f;
    }

    @Override
    public int inputs() {
        return rows * columns * channels;
    }

    @Override
    public int outputs() {
        return pooledRows * pooledColumns * channels;
    }

    @Override
    public void apply(float[] input, float[] output) {
        Arrays.fill(output, 0f);
        for (int row = 0; row < pooledRows * size; row++) {
            for (int column = 0; column < pooledColumns * size; column++) {
                int from = (row * columns + column) * channels;
                int to = pooled(row, column);
                for (int c = 0; c < channels; c++) {
                    output[to + c] += share * input[from + c];
                }
            }
        }
    }

    @Override
    public void transposed(float[] output, float[] input) {
        Arrays.fill(input, 0f);
        for (int row = 0; row < pooledRows * size; row++) {
            for (int column = 0; column < pooledColumns * size; column++) {
                int to = (row * columns + column) * channels;
                int from = pooled(row, column);
                for (int c = 0; c < channels; c++) {
                    input[to + c] = share * output[from + c];
                }
            }
        }
    }

    private int pooled(int row, int column) {
        return (row / size * pooledColumns + column / size) * channels;
    }
}
