package org.equipoise.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.ParameterFile;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.EquilibriumPropagation;
import org.equipoise.learning.LearningPhase;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * How fast a network trains: whole training steps (free phase, nudge phases, gradient, update) on real images for some seconds.
 *
 * <p>Speed is measured with nothing around the kernels. Shares and counts come from a few more batches with a clock around every
 * kernel, which are not part of the speed.
 */
public final class ThroughputBenchmark {
    private static final double METERED_PART = 0.25;
    private static final double NANOS = 1e9;

    private final Configuration configuration;
    private final Dataset dataset;
    private final Kernels kernels;
    private final int threads;
    private final Ledger ledger;
    private final @Nullable Path model;

    /**
     * What was measured.
     *
     * @param sampleStepsPerSecond updates of the whole network for one image, a second, over all measured batches
     * @param medianSampleStepsPerSecond the same of the median batch
     * @param sampleSteps how many were measured
     * @param seconds in what time
     * @param batches in how many batches
     * @param batch images of a batch
     * @param threads how many threads worked
     * @param kernels {@code scalar} or {@code vector}
     * @param vectorBits width of the vectors, 0 for scalar code
     * @param firingRates spikes a neuron and step of each layer, from the image on; empty without spikes
     * @param phaseShares share of each phase in the time
     * @param kernelShares share of each kind of work in the threads' time; the rest is copying, counting and waiting
     * @param additionsPerSampleStep float32 additions of weights in a sample-step
     * @param spikesPerSampleStep spikes sent in a sample-step, relative to what was expected, changes of what is expected included
     * @param additionsPerSecond the rate at which they were made, over the time in the kernels that make them, a thread
     * @param peakOffHeapBytes the most off-heap memory held
     */
    public record Result(
            double sampleStepsPerSecond,
            double medianSampleStepsPerSecond,
            long sampleSteps,
            double seconds,
            int batches,
            int batch,
            int threads,
            String kernels,
            int vectorBits,
            List<Double> firingRates,
            Map<LearningPhase, Double> phaseShares,
            Map<KernelMeter.Work, Double> kernelShares,
            double additionsPerSampleStep,
            double spikesPerSampleStep,
            double additionsPerSecond,
            long peakOffHeapBytes) {}

    /**
     * @param configuration what to train
     * @param dataset real images
     * @param kernels the arithmetic
     * @param threads how many threads work
     * @param ledger where the memory is entered
     * @param model parameters to start from, or null for initial ones
     */
    public ThroughputBenchmark(
            Configuration configuration,
            Dataset dataset,
            Kernels kernels,
            int threads,
            Ledger ledger,
            @Nullable Path model) {
        Trainer.requireFit(configuration, dataset.train());
        this.configuration = configuration;
        this.dataset = dataset;
        this.kernels = kernels;
        this.threads = threads;
        this.ledger = ledger;
        this.model = model;
    }

    /**
     * @param configuration what to train
     * @param threads how many threads work
     * @return the memory that the benchmark holds
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads) {
        return Trainer.plans(configuration, threads);
    }

    /**
     * @param warmUpSeconds how long to run before measuring, at least one batch
     * @param seconds how long to measure, at least one batch
     * @return what was measured
     */
    public Result run(double warmUpSeconds, double seconds) {
        if (!(warmUpSeconds >= 0 && seconds > 0)) {
            throw new BadInputException("The benchmark was to warm up for " + warmUpSeconds + " and measure for "
                    + seconds + " seconds; positive times were expected.");
        }
        Trainer.requireMemory(configuration, threads, ledger);
        KernelMeter meter = new KernelMeter(kernels);
        Topology topology = Topology.of(configuration.network());
        try (Workers workers = new Workers(threads);
                Parameters parameters = new Parameters(topology, ledger)) {
            if (model == null) {
                new Initialiser(configuration.training().seed()).fill(parameters);
            } else {
                ParameterFile.read(model, parameters);
            }
            parameters.derive(kernels, workers);
            Measured measured;
            try (EquilibriumPropagation learner =
                    new EquilibriumPropagation(configuration, parameters, kernels, workers, ledger)) {
                measure(learner, warmUpSeconds, 0);
                learner.team().resetFiringRates();
                learner.times().reset();
                measured = measure(learner, seconds, 1);
            }
            try (EquilibriumPropagation learner =
                    new EquilibriumPropagation(configuration, parameters, meter.kernels(), workers, ledger)) {
                measure(learner, 0, 2);
                meter.reset();
                learner.team().resetFiringRates();
                learner.times().reset();
                Measured metered = measure(learner, seconds * METERED_PART, 3);
                return result(measured, metered, meter, learner);
            }
        }
    }

    private record Measured(List<Double> batchSeconds, double seconds, long sampleSteps) {}

    private Measured measure(EquilibriumPropagation learner, double seconds, int round) {
        int batch = Math.min(configuration.training().batch(), dataset.train().count());
        int[] order = new ExampleOrder(
                        configuration.training().seed(), dataset.train().count())
                .epoch(round);
        List<Double> times = new ArrayList<>();
        double total = 0;
        for (int first = 0; times.isEmpty() || total < seconds; first = (first + batch) % (order.length - batch + 1)) {
            long start = System.nanoTime();
            learner.states().target().clear(batch);
            for (int i = 0; i < batch; i++) {
                int example = order[first + i];
                Evaluator.source(dataset.train()).fill(example, learner.states().image(), i);
                learner.states().target().set(i, dataset.train().label(example), 1f);
            }
            learner.learn(batch, true, 1f);
            double time = (System.nanoTime() - start) / NANOS;
            times.add(time);
            total += time;
        }
        long steps = (long) batch * configuration.phases().stepsPerExample() * times.size();
        return new Measured(times, total, steps);
    }

    private Result result(Measured measured, Measured metered, KernelMeter meter, EquilibriumPropagation learner) {
        double[] sorted = measured.batchSeconds().stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        double median = sorted[sorted.length / 2];
        int batches = sorted.length;
        Map<KernelMeter.Work, Double> shares = new EnumMap<>(KernelMeter.Work.class);
        meter.nanos().forEach((work, nanos) -> shares.put(work, nanos / NANOS / threads / metered.seconds()));
        long additionNanos = meter.nanos().getOrDefault(KernelMeter.Work.FORWARD, 0L)
                + meter.nanos().getOrDefault(KernelMeter.Work.BACKWARD, 0L);
        return new Result(
                measured.sampleSteps() / measured.seconds(),
                (double) measured.sampleSteps() / batches / median,
                measured.sampleSteps(),
                measured.seconds(),
                batches,
                (int) (measured.sampleSteps() / batches / configuration.phases().stepsPerExample()),
                threads,
                kernels.name(),
                kernels.vectorBits(),
                Arrays.stream(learner.team().firingRates()).boxed().toList(),
                learner.times().shares(threads),
                shares,
                (double) meter.additions() / metered.sampleSteps(),
                (double) meter.spikes() / metered.sampleSteps(),
                additionNanos == 0 ? 0 : meter.additions() / (additionNanos / NANOS),
                ledger.peakBytes());
    }
}
