package org.equipoise.training.health;

import java.util.Arrays;

/**
 * What kinds of activations each layer has for a batch or some of it, as numbers that can be added up and sent. One object is used again
 * and again.
 */
public final class ActivationStatistics {
    private static final int VALUES = 0;
    private static final int ACTIVE = 1;
    private static final int FULL = 2;
    private static final int WILD = 3;
    private static final int FIRST_WILD = 4;
    private static final int NUMBERS = 5;

    private final long[] numbers;

    /**
     * @param layers how many layers are counted, from the first hidden one on
     */
    public ActivationStatistics(int layers) {
        this.numbers = new long[layers * NUMBERS];
    }

    /** {@return how many numbers the statistics of so many layers are} */
    public int size() {
        return numbers.length;
    }

    /**
     * @param target where its numbers go
     * @param at from where on
     */
    public void copyTo(long[] target, int at) {
        System.arraycopy(numbers, 0, target, at, numbers.length);
    }

    /**
     * Adds that of further images; what is wild in both is what this one has.
     *
     * @param others holds the numbers of statistics of as many layers
     * @param at from where on
     */
    public void add(long[] others, int at) {
        for (int first = 0; first < numbers.length; first += NUMBERS) {
            int other = at + first;
            numbers[first + VALUES] += others[other + VALUES];
            numbers[first + ACTIVE] += others[other + ACTIVE];
            numbers[first + FULL] += others[other + FULL];
            if (numbers[first + WILD] == 0) {
                numbers[first + WILD] = others[other + WILD];
                numbers[first + FIRST_WILD] = others[other + FIRST_WILD];
            }
        }
    }

    /** Forgets everything. */
    public void clear() {
        Arrays.fill(numbers, 0);
    }

    /** Keeps what a scan has counted of a layer, 1 for the first hidden one. */
    void set(int layer, ValueScan scan) {
        int first = first(layer);
        numbers[first + VALUES] = scan.values();
        numbers[first + ACTIVE] = scan.active();
        numbers[first + FULL] = scan.full();
        numbers[first + WILD] = scan.wild() ? 1 : 0;
        numbers[first + FIRST_WILD] = Float.floatToRawIntBits(scan.firstWild());
    }

    private static int first(int layer) {
        return (layer - 1) * NUMBERS;
    }

    /** {@return whether anything was looked at} */
    boolean known(int layer) {
        return numbers[first(layer) + VALUES] > 0;
    }

    /** {@return whether there was a value that is too large, infinite or no number} */
    boolean wild(int layer) {
        return numbers[first(layer) + WILD] != 0;
    }

    /** {@return the first such value} */
    float firstWild(int layer) {
        return Float.intBitsToFloat((int) numbers[first(layer) + FIRST_WILD]);
    }

    /** {@return whether no value was above rest} */
    boolean silent(int layer) {
        return numbers[first(layer) + ACTIVE] == 0;
    }

    /** {@return values that are as large as activations can be, of a hundred} */
    double fullPercent(int layer) {
        int first = first(layer);
        return numbers[first + VALUES] == 0 ? 0 : 100.0 * numbers[first + FULL] / numbers[first + VALUES];
    }
}
