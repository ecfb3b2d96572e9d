package org.equipoise.random;

/**
 * Random bits as a pure function of a seed, a stream and a counter: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011).
 *
 * <p>There is no state to save, share or keep in step: whoever knows the three numbers has the bits, in any order and on any
 * thread. Different seeds, streams and counters never share a block.
 *
 * @param seed the run's seed, Philox's key
 * @param stream which sequence of that seed, such as an epoch: the high half of Philox's counter
 */
public record CounterRandom(long seed, long stream) {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW = 0xFFFFFFFFL;

    /**
     * @param counter which number of the sequence
     * @return 64 uniformly random bits: the first two words of Philox's block, the first word lowest
     */
    public long bits(long counter) {
        int word0 = (int) counter;
        int word1 = (int) (counter >>> 32);
        int word2 = (int) stream;
        int word3 = (int) (stream >>> 32);
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (word0 & LOW);
            long product1 = MULTIPLIER_1 * (word2 & LOW);
            word0 = (int) (product1 >>> 32) ^ word1 ^ key0;
            word1 = (int) product1;
            word2 = (int) (product0 >>> 32) ^ word3 ^ key1;
            word3 = (int) product0;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        return (word1 & LOW) << 32 | (word0 & LOW);
    }

    /**
     * @param bound one more than the largest result, at least 1
     * @param counter which number of the sequence
     * @return a number in [0, bound), each with a probability that differs from 1/bound by less than 2^-64
     */
    public int below(int bound, long counter) {
        if (bound < 1) {
            throw new IllegalArgumentException("A bound of " + bound + " leaves no number to draw");
        }
        return (int) Math.unsignedMultiplyHigh(bits(counter), bound);
    }
}
