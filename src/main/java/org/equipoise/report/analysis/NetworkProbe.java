package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.StateMean;
import org.equipoise.learning.BatchStates;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.learning.ContrastiveGradient;
import org.equipoise.learning.Gradients;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Connection;
import org.equipoise.network.LayerNames;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.ClampedImages;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;

/**
 * A trained network that is watched while it settles. Every image takes every step, whatever the run's {@code phases.settle} says, so that
 * curves do not end early.
 */
final class NetworkProbe implements AutoCloseable {
    private static final String OWNER = "probe";

    private final Configuration configuration;
    private final Topology topology;
    private final Machine machine;
    private final Workers workers;
    private final Parameters parameters;
    private final Settling settling;
    private final int most;

    /**
     * @param run whose network
     * @param machine what may be used
     * @param images the most images that settle together
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    NetworkProbe(RunRecord run, Machine machine, int images) {
        this.configuration = run.configuration();
        this.topology = run.topology();
        this.machine = machine;
        this.most = images;
        machine.ledger().require(plans(configuration, machine.threads(), images));
        this.workers = new Workers(machine.threads());
        this.parameters = Parameters.open(topology, machine.ledger());
        try {
            run.model().read(parameters);
            parameters.derive(machine.kernels(), workers);
            this.settling = Settling.open(
                    configuration.neuron(), null, parameters, machine.kernels(), machine.ledger(), OWNER, images, true);
        } catch (RuntimeException | Error e) {
            parameters.close();
            workers.close();
            throw e;
        }
    }

    /**
     * @param configuration a network
     * @param threads how many threads work
     * @param images the most images that settle together
     * @return all off-heap memory that a probe holds at most
     */
    static List<MemoryPlan> plans(Configuration configuration, int threads, int images) {
        Topology topology = Topology.of(configuration.network());
        List<MemoryPlan> plans = new ArrayList<>();
        plans.add(Parameters.plan(topology));
        plans.add(Settling.plan(configuration.neuron(), null, topology, OWNER, images, true));
        plans.add(BatchStates.plan(topology, images));
        plans.add(BatchStates.plan(topology, images));
        plans.add(Gradients.plan(topology));
        ContrastiveGradient.plan(topology, threads).ifPresent(plans::add);
        return plans;
    }

    /**
     * @param images a set of images
     * @param image which of them
     * @return how the network settles on it
     */
    Trajectory trajectory(ImageSet images, int image) {
        PhaseSettings phases = configuration.phases();
        List<LayerObserver> observers = new ArrayList<>();
        for (int l = 0; l <= topology.depth(); l++) {
            observers.add(new LayerObserver(settling, l, topology.layout(l), phases.free(), phases.nudge()));
        }
        List<float[]> outputs = new ArrayList<>();
        fill(images, image, 1);
        settling.begin(1);
        for (int step = 0; step < phases.free(); step++) {
            settling.free(1);
            look(observers, outputs);
        }
        int answer = Evaluator.answer(average(outputs, phases.average()));
        for (int step = 0; step < phases.nudge(); step++) {
            settling.nudge(phases.beta(), 1);
            look(observers, outputs);
        }
        List<String> names = LayerNames.of(topology);
        List<Trajectory.Layer> layers = new ArrayList<>();
        for (int l = 0; l < observers.size(); l++) {
            layers.add(observers.get(l).seen(names.get(l)));
        }
        return new Trajectory(
                image,
                images.label(image),
                answer,
                phases.free(),
                phases.nudge(),
                topology.hasReadout(),
                outputs,
                layers);
    }

    /** What the network answers with: the mean of the output over the last steps, summed as it sums it. */
    private static float[] average(List<float[]> outputs, int steps) {
        float[] average = new float[outputs.getLast().length];
        for (int step = 0; step < steps; step++) {
            StateMean mean = new StateMean(step, steps);
            float[] output = outputs.get(outputs.size() - steps + step);
            for (int c = 0; c < average.length; c++) {
                average[c] = mean.include(average[c], output[c]);
            }
        }
        return average;
    }

    private void look(List<LayerObserver> observers, List<float[]> outputs) {
        observers.forEach(LayerObserver::look);
        float[] output = new float[topology.output().channels()];
        for (int c = 0; c < output.length; c++) {
            output[c] = settling.output().get(0, c);
        }
        outputs.add(output);
    }

    /**
     * @param images a set of images, of which the first ones are used
     * @return how the gradients of the two nudges differ
     */
    Asymmetry asymmetry(ImageSet images) {
        int count = Math.min(most, images.count());
        PhaseSettings phases = configuration.phases();
        float beta = phases.beta();
        try (BatchStates plus = new BatchStates(topology, machine.ledger(), most);
                BatchStates minus = new BatchStates(topology, machine.ledger(), most);
                Gradients gradients = Gradients.open(topology, machine.ledger());
                ContrastiveGradient contrast =
                        new ContrastiveGradient(topology, machine.kernels(), workers, machine.ledger())) {
            fill(images, 0, count);
            plus.image().copyFrom(0, settling.image(), 0, count);
            minus.image().copyFrom(0, settling.image(), 0, count);
            settling.begin(count);
            settling.free(phases.free());
            settling.saveState();
            keepFree(plus, minus, count);
            settling.nudge(beta, phases.nudge());
            plus.keep(settling, 0, count, beta, Counting.POSITIVE);
            settling.restoreState();
            settling.nudge(-beta, phases.nudge());
            minus.keep(settling, 0, count, -beta, Counting.NEGATIVE);
            List<Asymmetry.Layer> againstFree = compare(contrast, plus, minus, gradients, count);
            settling.restoreState();
            settling.free(phases.nudge());
            keepFree(plus, minus, count);
            return new Asymmetry(count, againstFree, compare(contrast, plus, minus, gradients, count));
        }
    }

    private void keepFree(BatchStates plus, BatchStates minus, int count) {
        plus.keep(settling, 0, count, 0f, Counting.NEGATIVE);
        minus.keep(settling, 0, count, 0f, Counting.POSITIVE);
    }

    private List<Asymmetry.Layer> compare(
            ContrastiveGradient contrast, BatchStates plus, BatchStates minus, Gradients gradients, int count) {
        float scale = 1f / (configuration.phases().beta() * count);
        contrast.sum(plus, count, gradients);
        List<float[][]> ofPlus = gradients(gradients, scale);
        contrast.sum(minus, count, gradients);
        List<float[][]> ofMinus = gradients(gradients, scale);
        List<String> names = LayerNames.of(topology);
        List<Asymmetry.Layer> layers = new ArrayList<>();
        for (int l = 0; l < ofPlus.size(); l++) {
            layers.add(Asymmetry.Layer.between(names.get(l + 1), ofPlus.get(l), ofMinus.get(l)));
        }
        return layers;
    }

    private List<float[][]> gradients(Gradients gradients, float scale) {
        List<float[][]> layers = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            Connection connection = topology.connections().get(l);
            layers.add(new float[][] {
                gradients.weightGradient(connection, l, scale), gradients.biasGradient(connection, l, scale)
            });
        }
        return layers;
    }

    private void fill(ImageSet images, int first, int count) {
        Evaluator.ImageSource source = Evaluator.source(images);
        FloatTensor target = settling.target();
        target.clear(count);
        for (int i = 0; i < count; i++) {
            source.fill(first + i, settling.image(), i);
            ClampedImages.normalise(configuration.network().normalisation(), settling.image(), i);
            target.set(i, images.label(first + i), 1f);
        }
    }

    @Override
    public void close() {
        settling.close();
        parameters.close();
        workers.close();
    }
}
