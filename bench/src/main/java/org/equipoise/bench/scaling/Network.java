package org.equipoise.bench.scaling;

import java.util.List;

/**
 * What connects machines.
 *
 * @param name for people
 * @param latency seconds from one machine to another
 * @param bytesPerSecond how fast one machine sends while it receives
 */
record Network(String name, double latency, double bytesPerSecond) {
    /** Networks that were not measured here, with what they commonly give to MPI. */
    static final List<Network> ASSUMED = List.of(
            new Network("10 Gbit/s Ethernet", 30e-6, 1.1e9),
            new Network("25 Gbit/s Ethernet", 20e-6, 2.8e9),
            new Network("100 Gbit/s InfiniBand", 2e-6, 11e9));

    /**
     * An exchange that was timed: each of the ranks sends its part of a sum to all, twice.
     *
     * @param ranks how many ranks
     * @param bytes how many bytes the sum has
     * @param seconds how long it took
     */
    record Sample(int ranks, long bytes, double seconds) {}

    static Network fit(String name, List<Sample> samples) {
        double[][] terms = new double[samples.size()][];
        double[] measured = new double[samples.size()];
        for (int i = 0; i < measured.length; i++) {
            Sample sample = samples.get(i);
            terms[i] = new double[] {2 * log2(sample.ranks()), sent(sample.ranks(), sample.bytes())};
            measured[i] = sample.seconds();
        }
        double[] factors = LeastSquares.fit(terms, measured);
        return new Network(name, factors[0], factors[1] == 0 ? Double.POSITIVE_INFINITY : 1 / factors[1]);
    }

    /** {@return bytes that each rank sends of a sum: its partial sums of what others add up, and what it adds up itself} */
    private static double sent(double ranks, double bytes) {
        return 2 * bytes * (ranks - 1) / ranks;
    }

    private static double log2(double ranks) {
        return Math.log(ranks) / Math.log(2);
    }

    /**
     * @param ranks how many ranks
     * @param pieces in how many pieces a gradient is exchanged
     * @param bytes how many bytes it has
     * @return how long ranks exchange for a batch, nothing of it hidden behind computing: two rounds of messages for each piece, two small
     *     exchanges of counts, and the bytes
     */
    double seconds(double ranks, int pieces, long bytes) {
        return ranks <= 1 ? 0 : 2 * (pieces + 1) * latency * log2(ranks) + sent(ranks, bytes) / bytesPerSecond;
    }
}
