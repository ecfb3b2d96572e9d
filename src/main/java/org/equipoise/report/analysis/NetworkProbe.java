package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.learning.BatchStates;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.learning.ContrastiveGradient;
import org.equipoise.learning.Gradients;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.LayerNames;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;

/**
 * A trained network that is watched while it settles. Every image takes every step, whatever the run's {@code phases.settle} says, so that
 * curves do not end early.
 */
final class NetworkProbe implements AutoCloseable {
    private final Configuration configuration;
    private final Topology topology;
    private final Workers workers;
    private final Memory memory;
    private final Settling settling;
    private final PhaseProgram program;
    private final int most;

    /** What it settles in, and what it compares gradients in. */
    private record Memory(
            MemoryScope.Holding holding,
            Parameters parameters,
            Settling settling,
            BatchStates plus,
            BatchStates minus,
            Gradients gradients,
            ContrastiveGradient contrast) {
        static Memory in(MemoryScope scope, Configuration configuration, Kernels kernels, Workers workers, int images) {
            Topology topology = Topology.of(configuration.network());
            Parameters parameters = Parameters.in(scope, configuration);
            return new Memory(
                    scope.holding(),
                    parameters,
                    Settling.in(scope, configuration.neuron(), null, parameters, kernels, "probe", images, true),
                    BatchStates.in(scope, topology, images),
                    BatchStates.in(scope, topology, images),
                    Gradients.in(scope, topology),
                    new ContrastiveGradient(scope, parameters, kernels, workers));
        }
    }

    /**
     * @param run whose network
     * @param machine what may be used
     * @param images the most images that settle together
     * @throws org.equipoise.memory.BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    NetworkProbe(RunRecord run, Machine machine, int images) {
        this.configuration = run.configuration();
        this.topology = run.topology();
        this.program = PhaseProgram.of(configuration);
        this.most = images;
        this.workers = new Workers(machine.threads());
        this.memory = machine.ledger()
                .open(scope -> Memory.in(scope, run.configuration(), machine.kernels(), workers, images));
        this.settling = memory.settling();
        try {
            run.model().read(memory.parameters());
            memory.parameters().derive(machine.kernels(), workers);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * @param configuration a network
     * @param threads how many threads work
     * @param images the most images that settle together
     * @return all off-heap memory that a probe holds
     */
    static List<MemoryPlan> plans(Configuration configuration, int threads, int images) {
        Workers workers = new Workers(threads);
        return MemoryScope.count(scope -> Memory.in(scope, configuration, Kernels.scalar(), workers, images));
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
        float[] mean = new float[topology.output().channels()];
        fill(images, image, 1);
        PhaseProgram.Observer observer = new PhaseProgram.Observer() {
            @Override
            public int interval() {
                return 1;
            }

            @Override
            public void counts(Settling tile, Phase phase, float beta, StateMean part) {
                for (int c = 0; phase == Phase.FREE && c < mean.length; c++) {
                    mean[c] = part.include(mean[c], tile.output().get(0, c));
                }
            }

            @Override
            public void looks(Settling tile, Phase phase, int step) {
                look(observers, outputs);
            }
        };
        program.free(settling, 0, 1, null, observer);
        program.branch(settling, List.of(Phase.POSITIVE), phases.beta(), observer);
        int answer = Evaluator.answer(mean);
        List<String> names = LayerNames.of(topology);
        List<Trajectory.Layer> layers = new ArrayList<>();
        for (int l = 0; l < observers.size(); l++) {
            layers.add(observers.get(l).trajectory(names.get(l)));
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
        fill(images, 0, count);
        memory.plus().image().copyFrom(0, settling.image(), 0, count);
        memory.minus().image().copyFrom(0, settling.image(), 0, count);
        List<Asymmetry.Layer> againstEnd = compared(Phase.FREE, count);
        return new Asymmetry(count, againstEnd, compared(Phase.CONTINUED_FREE, count));
    }

    /** Compares each nudge with a free phase: that from whose end it starts, or that which goes on as long. */
    private List<Asymmetry.Layer> compared(Phase reference, int count) {
        PhaseProgram.Observer keeping = new PhaseProgram.Observer() {
            @Override
            public void counts(Settling tile, Phase phase, float beta, StateMean mean) {
                if (phase == Phase.POSITIVE || phase == reference) {
                    Counting counting = phase == Phase.POSITIVE ? Counting.POSITIVE : Counting.NEGATIVE;
                    memory.plus().keep(tile, 0, count, beta, counting, mean);
                }
                if (phase == Phase.NEGATIVE || phase == reference) {
                    Counting counting = phase == Phase.NEGATIVE ? Counting.NEGATIVE : Counting.POSITIVE;
                    memory.minus().keep(tile, 0, count, beta, counting, mean);
                }
            }
        };
        program.free(settling, 0, count, null, keeping);
        List<Phase> branches = new ArrayList<>(List.of(Phase.POSITIVE, Phase.NEGATIVE));
        if (reference == Phase.CONTINUED_FREE) {
            branches.add(reference);
        }
        program.branch(settling, branches, configuration.phases().beta(), keeping);
        List<float[][]> ofPlus = gradients(memory.plus(), count);
        List<float[][]> ofMinus = gradients(memory.minus(), count);
        List<String> names = LayerNames.of(topology);
        List<Asymmetry.Layer> layers = new ArrayList<>();
        for (int l = 0; l < ofPlus.size(); l++) {
            layers.add(Asymmetry.Layer.between(names.get(l + 1), ofPlus.get(l), ofMinus.get(l)));
        }
        return layers;
    }

    private List<float[][]> gradients(BatchStates states, int count) {
        float scale = 1f / (configuration.phases().beta() * count);
        Gradients gradients = memory.gradients();
        memory.contrast().sum(states, count, gradients);
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
            target.set(i, images.label(first + i), 1f);
        }
        program.clamp(settling, count);
    }

    @Override
    public void close() {
        memory.holding().close();
        workers.close();
    }
}
