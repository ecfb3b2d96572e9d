package org.equipoise.experiment;

import java.util.List;
import java.util.Map;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.Traffic;
import org.equipoise.learning.LearningPhase;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of training.
 *
 * @param sampleStepsPerSecond updates of the whole network for one image, a second, over all measured batches
 * @param medianSampleStepsPerSecond the same of the batch with the median time, taken to have the mean number of them
 * @param sampleSteps how many were measured
 * @param stepsSavedPercent updates that images which had settled did without, of a hundred that the phases had
 * @param freeStepsSavedPercent the same of free phases
 * @param nudgeStepsSavedPercent the same of nudge phases
 * @param nudgeSteps steps of each nudge phase, 0 without one
 * @param kernels {@code scalar} or {@code vector}
 * @param vectorBits width of the vectors, 0 for scalar code
 * @param gain factor on the parameters before the start
 * @param firingRates spikes a neuron and step of each layer, from the image on; empty without spikes
 * @param kernelShares share of each kind of work in the threads' time of the metered batches, without what the meter took to count
 * @param outsideKernels the rest of it: copying, clearing, sharing out work and waiting
 * @param expectationShare of forward and backward, what brings the bases of expected spikes up to date
 * @param connections forward and backward by connection
 * @param meteredSampleStepsPerSecond speed of the metered batches, without what the meter took to count: the closer to the
 *     measured one, the less the clocks disturbed
 * @param additionsPerSampleStep float32 additions of weights in a sample-step, padding lanes included
 * @param spikesPerSampleStep spikes sent in a sample-step, relative to what was expected, changes of what is expected included;
 *     those that go both ways count twice
 * @param additionsPerSecond the rate of additions over the time in the kernels that make them, a thread
 * @param bytesPerSampleStep what kernels read and write in a sample-step, learning included, by {@link Traffic}'s model
 * @param peak what this machine can do at most, or null if that was not measured
 * @param additionsOfPeak additions a second of the whole run, all threads, as a fraction of the peak
 * @param streamedOfPeak streamed bytes a second of the whole run, all threads, as a fraction of the bandwidth of memory; more than
 *     1 where caches hold what the model takes to come from memory
 * @param heapBytesPerSampleStep bytes that all threads allocated on the heap in a sample-step
 */
public record ThroughputResult(
        double sampleStepsPerSecond,
        double medianSampleStepsPerSecond,
        long sampleSteps,
        double stepsSavedPercent,
        double freeStepsSavedPercent,
        double nudgeStepsSavedPercent,
        double seconds,
        List<Double> batchSeconds,
        int batches,
        int batch,
        int freeSteps,
        int nudgeSteps,
        int threads,
        String kernels,
        int vectorBits,
        double gain,
        List<Double> firingRates,
        Map<LearningPhase, Double> phaseShares,
        Map<KernelMeter.Work, Double> kernelShares,
        double outsideKernels,
        double expectationShare,
        List<KernelShares.OfConnection> connections,
        double meteredSampleStepsPerSecond,
        double additionsPerSampleStep,
        double spikesPerSampleStep,
        double additionsPerSecond,
        Bytes bytesPerSampleStep,
        @Nullable MachinePeak peak,
        @Nullable Double additionsOfPeak,
        @Nullable Double streamedOfPeak,
        long peakOffHeapBytes,
        double heapBytesPerSampleStep,
        Map<String, String> provenance) {

    /**
     * {@link Traffic} of one sample-step.
     *
     * @param total all that kernels read or write: all below but {@code weights}
     * @param streamed what would come from memory if nothing stayed near between calls: all below but {@code weightRows}
     * @param weights of these, distinct ones of each call
     */
    public record Bytes(
            double total,
            double streamed,
            double weightRows,
            double weights,
            double currents,
            double states,
            double spikes,
            double learning) {
        static Bytes of(Traffic traffic, long sampleSteps) {
            double steps = sampleSteps;
            return new Bytes(
                    traffic.total() / steps,
                    traffic.streamed() / steps,
                    traffic.weightRows() / steps,
                    traffic.weights() / steps,
                    traffic.currents() / steps,
                    traffic.states() / steps,
                    traffic.spikes() / steps,
                    traffic.learning() / steps);
        }
    }
}
