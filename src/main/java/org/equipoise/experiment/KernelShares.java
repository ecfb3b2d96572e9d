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
     * @param threadSeconds the time of the run, summed over threads, counting included
     */
    static KernelShares of(KernelMeter meter, int connections, double threadSeconds, long sampleSteps) {
        double nanos = threadSeconds * NANOS - meter.countingNanos();
        Map<Work, Double> kernels = new EnumMap<>(Work.class);
        meter.sums().forEach((part, sum) -> kernels.merge(part.work(), sum.nanos() / nanos, Double::sum));
        List<OfConnection> each = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            int number = connection;
            Sum forward = meter.sum(part -> part.connection() == number && part.work() == Work.FORWARD);
            Sum backward = meter.sum(part -> part.connection() == number && part.work() == Work.BACKWARD);
            Sum expectation = meter.sum(part -> part.connection() == number && part.expectation());
            Sum both = forward.plus(backward);
            each.add(new OfConnection(
                    connection,
                    forward.nanos() / nanos,
                    backward.nanos() / nanos,
                    expectation.nanos() / nanos,
                    (double) both.additions() / sampleSteps,
                    additionsPerSecond(both)));
        }
        Sum all = meter.sum(part -> true);
        return new KernelShares(
                kernels,
                1 - all.nanos() / nanos,
                meter.sum(Part::expectation).nanos() / nanos,
                List.copyOf(each),
                all,
                meter.sum(part -> part.work() == Work.FORWARD || part.work() == Work.BACKWARD));
    }

    /** {@return the rate of additions over the time in the kernels that make them, a thread} */
    static double additionsPerSecond(Sum sum) {
        return sum.nanos() == 0 ? 0 : sum.additions() / (sum.nanos() / NANOS);
    }
}
