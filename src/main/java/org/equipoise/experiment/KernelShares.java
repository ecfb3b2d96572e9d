package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;

/**
 * Where the threads' time went in a metered run, less what the meter took to count. All shares are fractions of that time.
 *
 * @param kernels share of each kind of work
 * @param outside the rest: copying, clearing, sharing out work and waiting for the last thread
 * @param expectation share of bringing the bases up to what is expected, a part of forward and backward
 * @param connections the two kinds of synapse work by connection
 * @param all everything that was metered, summed
 * @param synapses the part of it that adds weights
 */
public record KernelShares(
        Map<Work, Double> kernels,
        double outside,
        double expectation,
        List<OfConnection> connections,
        Sum all,
        Sum synapses) {
    private static final double NANOS = 1e9;

    /**
     * What the weights of one connection do.
     *
     * @param connection which, from 0
     * @param forwardShare share of sending towards the output
     * @param backwardShare share of sending towards the image
     * @param expectationShare of these two, what brings bases up to what is expected
     * @param additionsPerSampleStep float32 additions of weights in a sample-step
     * @param additionsPerSecond the rate at which they were made, over the time in these kernels, a thread
     */
    public record OfConnection(
            int connection,
            double forwardShare,
            double backwardShare,
            double expectationShare,
            double additionsPerSampleStep,
            double additionsPerSecond) {}

    /**
     * @param meter what was metered
     * @param connections how many connections the network has
     * @param threadSeconds the time of the run, summed over threads, counting included
     * @param sampleSteps how many sample-steps were metered
     * @return the shares
     */
    static KernelShares of(KernelMeter meter, int connections, double threadSeconds, long sampleSteps) {
        Map<Part, Sum> sums = meter.sums();
        double nanos = threadSeconds * NANOS - meter.countingNanos();
        Map<Work, Double> kernels = new EnumMap<>(Work.class);
        Sum all = Sum.NONE;
        Sum synapses = Sum.NONE;
        double expectation = 0;
        for (Map.Entry<Part, Sum> entry : sums.entrySet()) {
            Part part = entry.getKey();
            Sum sum = entry.getValue();
            all = all.plus(sum);
            kernels.merge(part.work(), sum.nanos() / nanos, Double::sum);
            synapses = addsWeights(part) ? synapses.plus(sum) : synapses;
            expectation += part.expectation() ? sum.nanos() / nanos : 0;
        }
        List<OfConnection> each = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            each.add(ofConnection(sums, connection, nanos, sampleSteps));
        }
        return new KernelShares(kernels, 1 - all.nanos() / nanos, expectation, List.copyOf(each), all, synapses);
    }

    private static boolean addsWeights(Part part) {
        return part.work() == Work.FORWARD || part.work() == Work.BACKWARD;
    }

    private static OfConnection ofConnection(Map<Part, Sum> sums, int connection, double nanos, long sampleSteps) {
        Sum forward = Sum.NONE;
        Sum backward = Sum.NONE;
        double expectation = 0;
        for (Map.Entry<Part, Sum> entry : sums.entrySet()) {
            Part part = entry.getKey();
            if (part.connection() == connection && addsWeights(part)) {
                forward = part.work() == Work.FORWARD ? forward.plus(entry.getValue()) : forward;
                backward = part.work() == Work.BACKWARD ? backward.plus(entry.getValue()) : backward;
                expectation += part.expectation() ? entry.getValue().nanos() / nanos : 0;
            }
        }
        Sum both = forward.plus(backward);
        return new OfConnection(
                connection,
                forward.nanos() / nanos,
                backward.nanos() / nanos,
                expectation,
                (double) both.additions() / sampleSteps,
                additionsPerSecond(both));
    }

    /** {@return the rate of additions over the time in the kernels that make them, a thread} */
    static double additionsPerSecond(Sum sum) {
        return sum.nanos() == 0 ? 0 : sum.additions() / (sum.nanos() / NANOS);
    }
}
