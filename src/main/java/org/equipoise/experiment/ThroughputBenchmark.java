package org.equipoise.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.ParameterFile;
import org.equipoise.kernel.KernelMeter;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.learning.Learner;
import org.equipoise.learning.LearningPhase;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.training.ClampedImages;
import org.equipoise.training.Machine;
import org.equipoise.training.Provenance;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingState;
import org.jspecify.annotations.Nullable;

/**
 * How fast a network trains: whole training steps (free phase, nudge phases, gradient, update) on real images for some seconds.
 *
 * <p>Speed, firing rates and phases are measured with nothing around the kernels. Shares of kernels and counts come from a few more
 * batches with a clock around every kernel, and the machine's peak from loops of its own, when training's memory is back.
 */
public final class ThroughputBenchmark {
    private static final double METERED_PART = 0.25;
    private static final double PEAK_SECONDS = 1;
    private static final double NANOS = 1e9;

    private final Workload workload;
    private final Machine machine;

    /**
     * What is trained.
     *
     * @param model parameters to start from, or null for initial ones
     * @param gain factor on all weights and biases before the start, with which firing rates vary; 1 changes nothing
     */
    public record Workload(
            Configuration configuration,
            Dataset dataset,
            @Nullable Path model,
            double gain) {
        /** Refuses images of another size and gains that leave no network. */
        public Workload {
            Trainer.requireFit(configuration, dataset.train());
            if (!(gain > 0 && gain < Float.MAX_VALUE)) {
                throw new BadInputException(
                        "The gain on the initial parameters is " + gain + "; a positive number was expected.");
            }
        }
    }

    /**
     * What is measured.
     *
     * @param warmUpSeconds how long to run before measuring, at least one batch
     * @param seconds how long to measure, at least one batch
     * @param peak whether the machine's peak is measured too
     * @param profile where a flame graph of the measured batches goes, or null for none
     */
    public record Plan(
            double warmUpSeconds,
            double seconds,
            boolean peak,
            @Nullable Path profile) {
        /** Refuses times that are none. */
        public Plan {
            if (!(warmUpSeconds >= 0 && seconds > 0)) {
                throw new BadInputException("The benchmark was to warm up for " + warmUpSeconds + " and measure for "
                        + seconds + " seconds; positive times were expected.");
            }
        }
    }

    public ThroughputBenchmark(Workload workload, Machine machine) {
        this.workload = workload;
        this.machine = machine;
    }

    public ThroughputResult run(Plan plan) {
        TrainingState.requireMemory(workload.configuration(), machine.threads(), 0, machine.ledger());
        if (plan.peak()) {
            machine.ledger().require(List.of(MachinePeak.plan(machine.threads())));
        }
        Flames flames = plan.profile() == null ? null : Flames.into(plan.profile());
        try (Workers workers = new Workers(machine.threads())) {
            Measured measured;
            Metered metered;
            try (Parameters parameters = Parameters.open(workload.configuration(), machine.ledger())) {
                start(parameters, workers);
                measured = measure(parameters, workers, plan, flames);
                metered = meter(parameters, workers, plan.seconds() * METERED_PART);
            }
            long trainingBytes = machine.ledger().peakBytes();
            MachinePeak peak = plan.peak()
                    ? MachinePeak.measure(machine.kernels(), workers, machine.ledger(), PEAK_SECONDS)
                    : null;
            return result(measured, metered, peak, trainingBytes);
        }
    }

    private void start(Parameters parameters, Workers workers) {
        if (workload.model() == null) {
            Initialiser.of(workload.configuration().training()).fill(parameters);
        } else {
            ParameterFile.read(workload.model(), parameters);
        }
        if (workload.gain() != 1) {
            for (int l = 0; l < parameters.topology().depth(); l++) {
                parameters.setWeights(l, scaled(parameters.weights(l)));
                parameters.setBiases(l, scaled(parameters.biases(l)));
            }
        }
        parameters.derive(machine.kernels(), workers);
    }

    private float[] scaled(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) workload.gain();
        }
        return values;
    }

    private record Batches(int images, List<Double> seconds, double total, StepCount steps, long heapBytes) {
        double perSecond() {
            return steps.taken() / total;
        }

        double medianSeconds() {
            return seconds.stream().sorted().toList().get(seconds.size() / 2);
        }
    }

    private record Measured(Batches batches, List<Double> firingRates, Map<LearningPhase, Double> phaseShares) {}

    private record Metered(KernelShares shares, double countingSeconds, Batches batches) {}

    private Measured measure(Parameters parameters, Workers workers, Plan plan, @Nullable Flames flames) {
        try (Learner learner = learner(parameters, machine.kernels(), workers)) {
            learn(learner, workers, plan.warmUpSeconds(), 0);
            learner.resetFiringRates();
            learner.times().reset();
            if (flames != null) {
                flames.start();
            }
            Batches batches = learn(learner, workers, plan.seconds(), 1);
            if (flames != null) {
                flames.finish();
            }
            List<Double> rates = Arrays.stream(learner.firingRates()).boxed().toList();
            return new Measured(batches, rates, learner.times().shares(machine.threads()));
        }
    }

    private Metered meter(Parameters parameters, Workers workers, double seconds) {
        List<List<WeightBlocks>> weights = parameters.connections().stream()
                .map(each -> Stream.of(each.master(), each.forward(), each.backward())
                        .filter(Objects::nonNull)
                        .toList())
                .toList();
        KernelMeter meter = new KernelMeter(machine.kernels(), weights);
        try (Learner learner = learner(parameters, meter.kernels(), workers)) {
            learn(learner, workers, 0, 2);
            meter.reset();
            Batches batches = learn(learner, workers, seconds, 3);
            KernelShares shares = KernelShares.of(
                    meter,
                    weights.size(),
                    batches.total() * machine.threads(),
                    batches.steps().taken());
            return new Metered(shares, meter.countingNanos() / NANOS / machine.threads(), batches);
        }
    }

    private Learner learner(Parameters parameters, Kernels kernels, Workers workers) {
        return Learner.open(workload.configuration(), parameters, kernels, workers, machine.ledger());
    }

    private Batches learn(Learner learner, Workers workers, double seconds, int round) {
        Configuration configuration = workload.configuration();
        Dataset dataset = workload.dataset();
        int batch = Math.min(configuration.training().batch(), dataset.train().count());
        int[] order = new ExampleOrder(
                        configuration.training().seed(), dataset.train().count())
                .epoch(round);
        ClampedImages images = ClampedImages.of(configuration, dataset.train());
        StepCount before = learner.steps();
        List<Double> times = new ArrayList<>();
        double total = 0;
        long allocated = HeapAllocation.bytes();
        for (int first = 0; times.isEmpty() || total < seconds; first = (first + batch) % (order.length - batch + 1)) {
            long start = System.nanoTime();
            learner.target().clear(batch);
            for (int i = 0; i < batch; i++) {
                int example = order[first + i];
                learner.target().set(i, dataset.train().label(example), 1f);
            }
            images.fill(workers, round, order, first, batch, learner.image());
            learner.learn(batch, true, 1f);
            double time = (System.nanoTime() - start) / NANOS;
            times.add(time);
            total += time;
        }
        return new Batches(
                batch, List.copyOf(times), total, learner.steps().since(before), HeapAllocation.bytes() - allocated);
    }

    private ThroughputResult result(
            Measured measured, Metered metered, @Nullable MachinePeak peak, long trainingBytes) {
        Configuration configuration = workload.configuration();
        Batches batches = measured.batches();
        double batchSteps = (double) batches.steps().taken() / batches.seconds().size();
        KernelShares shares = metered.shares();
        long steps = metered.batches().steps().taken();
        double additions = (double) shares.synapses().additions() / steps;
        ThroughputResult.Bytes bytes = ThroughputResult.Bytes.of(shares.all().traffic(), steps);
        return new ThroughputResult(
                batches.perSecond(),
                batchSteps / batches.medianSeconds(),
                batches.steps().taken(),
                batches.steps().savedPercent(),
                batches.steps().freeSavedPercent(),
                batches.steps().nudgeSavedPercent(),
                batches.total(),
                batches.seconds(),
                batches.seconds().size(),
                batches.images(),
                configuration.phases().free(),
                configuration.nudgeSteps(),
                machine.threads(),
                machine.kernels().name(),
                machine.kernels().vectorBits(),
                workload.gain(),
                measured.firingRates(),
                measured.phaseShares(),
                shares.kernels(),
                shares.outside(),
                shares.expectation(),
                shares.connections(),
                steps / (metered.batches().total() - metered.countingSeconds()),
                additions,
                (double) shares.all().spikes() / steps,
                KernelShares.additionsPerSecond(shares.synapses()),
                bytes,
                peak,
                peak == null ? null : additions * batches.perSecond() / peak.additionsPerSecond(),
                peak == null ? null : bytes.streamed() * batches.perSecond() / peak.bytesPerSecond(),
                trainingBytes,
                (double) batches.heapBytes() / batches.steps().taken(),
                Provenance.of(workload.dataset(), machine.kernels(), machine.threads())
                        .asMap());
    }
}
