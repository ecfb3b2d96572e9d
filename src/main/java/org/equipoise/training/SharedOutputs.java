package org.equipoise.training;

import org.equipoise.distributed.Communicator;

/**
 * Images that ranks let settle together, each its own ones, so that all know all outputs afterwards.
 *
 * @param communicator the ranks
 * @param firstOfAll the first of the images
 * @param countOfAll how many there are
 */
record SharedOutputs(Communicator communicator, int firstOfAll, int countOfAll) {
    /** {@return the first image of this rank} */
    int first() {
        return first(communicator.rank());
    }

    /** {@return how many images this rank has} */
    int count() {
        return first(communicator.rank() + 1) - first();
    }

    private int first(int rank) {
        return firstOfAll + (int) ((long) rank * countOfAll / communicator.size());
    }

    /**
     * Involves all ranks.
     *
     * @param outputs one array of values an image, those of the images of other ranks overwritten
     */
    void exchange(float[][] outputs) {
        if (communicator.size() == 1 || countOfAll == 0) {
            return;
        }
        int classes = outputs[firstOfAll].length;
        int most = Math.ceilDiv(countOfAll, communicator.size());
        long[] mine = new long[most * classes];
        for (int i = 0; i < count(); i++) {
            for (int c = 0; c < classes; c++) {
                mine[i * classes + c] = Float.floatToRawIntBits(outputs[first() + i][c]);
            }
        }
        long[][] all = communicator.gather(mine);
        for (int rank = 0; rank < all.length; rank++) {
            for (int image = first(rank); image < first(rank + 1); image++) {
                for (int c = 0; c < classes; c++) {
                    long bits = all[rank][(image - first(rank)) * classes + c];
                    outputs[image][c] = Float.intBitsToFloat((int) bits);
                }
            }
        }
    }
}
