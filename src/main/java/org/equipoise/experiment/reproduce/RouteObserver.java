package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.config.Configuration;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Routes;
import org.equipoise.dynamics.Settling;
import org.equipoise.experiment.reproduce.Observations.Layer;
import org.equipoise.experiment.reproduce.Observations.Step;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.LayerNames;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Watches what goes both ways between the layers of a network while it settles on images and is nudged towards their classes: in the last
 * steps of the free phase and in all steps of the nudge by +β. Every image takes every step. What is sent has the gains of the free phase
 * everywhere, also where the nudge amplifies errors.
 *
 * @param configuration a network with spikes or without, its phases and β
 * @param images what to show it, from the first image on
 * @param count how many images, all at once
 * @param freeSteps how many of the last free steps are watched
 */
public record RouteObserver(Configuration configuration, ModelFile model, ImageSet images, int count, int freeSteps) {
    private static final String OWNER = "observed";

    /** {@return all off-heap memory that watching it takes} */
    static List<MemoryPlan> plans(Configuration configuration, int images) {
        return MemoryScope.count(memory -> {
            Parameters parameters = Parameters.in(memory, configuration);
            return new Watched(memory, configuration, parameters, Kernels.scalar(), images);
        });
    }

    /**
     * @return what was seen, step by step
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public List<Step> watch(Machine machine) {
        machine.ledger().require(plans(configuration, count));
        Topology topology = Topology.of(configuration.network());
        try (Workers workers = new Workers(machine.threads());
                Parameters parameters = Parameters.open(configuration, machine.ledger())) {
            model.read(parameters);
            parameters.derive(machine.kernels(), workers);
            try (Watched watched = machine.ledger()
                    .open(memory -> new Watched(memory, configuration, parameters, machine.kernels(), count))) {
                return new Watch(topology, watched.settling(), watched.sent(), watched.ofStates()).run();
            }
        }
    }

    /** A network that settles, and what its layers would send each other. */
    private record Watched(Settling settling, Routes sent, Routes ofStates) implements AutoCloseable {
        Watched(MemoryScope memory, Configuration configuration, Parameters parameters, Kernels kernels, int images) {
            this(
                    Settling.in(memory, configuration.neuron(), null, parameters, kernels, OWNER, images, false),
                    Routes.in(memory, parameters, kernels, "routes of what is sent", images),
                    Routes.in(memory, parameters, kernels, "routes of activations", images));
        }

        @Override
        public void close() {
            settling.close();
            sent.close();
            ofStates.close();
        }
    }

    /** A network under observation. */
    private final class Watch {
        private final Topology topology;
        private final Settling settling;
        private final Routes sent;
        private final Routes ofStates;
        private final List<Decoded> decoded = new ArrayList<>();
        private final List<long @Nullable []> earlier = new ArrayList<>();

        Watch(Topology topology, Settling settling, Routes sent, Routes ofStates) {
            this.topology = topology;
            this.settling = settling;
            this.sent = sent;
            this.ofStates = ofStates;
            for (int l = 1; l <= topology.depth(); l++) {
                decoded.add(new Decoded(topology.layout(l), count));
                earlier.add(null);
            }
        }

        List<Step> run() {
            fill();
            PhaseSettings phases = configuration.phases();
            PhaseProgram program = PhaseProgram.of(configuration);
            program.clamp(settling, count);
            List<Step> seen = new ArrayList<>();
            PhaseProgram.Observer observer = new PhaseProgram.Observer() {
                @Override
                public int interval() {
                    return 1;
                }

                @Override
                public void looks(Settling tile, Phase phase, int ofPhase) {
                    boolean nudged = phase != Phase.FREE;
                    int step = nudged ? phases.free() + ofPhase : ofPhase;
                    read(step);
                    // One step more than is reported, so that winners can be compared with those before.
                    if (step >= phases.free() - freeSteps) {
                        ofStates.carry(count, ofStates);
                        sent.carry(count, ofStates);
                        Step observation = observe(nudged, step);
                        if (step > phases.free() - freeSteps) {
                            seen.add(observation);
                        }
                    }
                }
            };
            program.free(settling, 0, count, null, observer);
            program.branch(settling, List.of(Phase.POSITIVE), phases.beta(), observer);
            return List.copyOf(seen);
        }

        private void fill() {
            FloatTensor target = settling.target();
            target.clear(count);
            for (int i = 0; i < count; i++) {
                Evaluator.source(images).fill(i, settling.image(), i);
                target.set(i, images.label(i), 1f);
            }
        }

        /** Reads what the layers send after a step. */
        private void read(int step) {
            for (int l = 0; l <= topology.depth(); l++) {
                ofStates.sent(l).copyFrom(0, settling.states(l), 0, count);
                // An image that comes as a current is what it sends.
                SpikeTensor spikes = l == 0 && imageIsCurrent() ? null : settling.spikes(l);
                if (spikes != null) {
                    unpack(spikes, sent.sent(l));
                } else {
                    sent.sent(l).copyFrom(0, settling.states(l), 0, count);
                }
                if (l > 0) {
                    decoded.get(l - 1).follow(sent.sent(l), lambda(step));
                }
            }
        }

        private boolean imageIsCurrent() {
            return configuration.neuron() instanceof NeuronSettings.SigmaDelta neuron
                    && neuron.image() == NeuronSettings.ImageCoding.CURRENT;
        }

        private float lambda(int step) {
            return configuration.neuron() instanceof NeuronSettings.SigmaDelta neuron
                    ? neuron.lambda().at(step)
                    : 1;
        }

        private void unpack(SpikeTensor spikes, FloatTensor to) {
            for (int image = 0; image < count; image++) {
                for (int neuron = 0; neuron < to.layout().paddedNeurons(); neuron++) {
                    to.set(image, neuron, spikes.get(image, neuron) ? 1f : 0f);
                }
            }
        }

        private Step observe(boolean nudged, int step) {
            List<Layer> layers = new ArrayList<>();
            List<String> names = LayerNames.of(topology);
            for (int l = 1; l <= topology.depth(); l++) {
                layers.add(new Layer(
                        l,
                        names.get(l),
                        Statistics.of(ofStates.sent(l), count),
                        decoded.get(l - 1).statistics(),
                        Statistics.of(sent.sent(l), count),
                        Statistics.of(sent.forward(l), count),
                        Statistics.of(ofStates.forward(l), count),
                        Statistics.of(sent.backward(l), count),
                        Statistics.of(ofStates.backward(l), count),
                        mismatch(l)));
            }
            return new Step(nudged, step, layers);
        }

        private @Nullable IndexMismatch mismatch(int layer) {
            SpikeTensor winners = sent.winners(layer);
            PoolingWindow window = topology.connections().get(layer - 1).maximum();
            if (winners == null || window == null) {
                return null;
            }
            SpikeTensor byStates = Objects.requireNonNull(ofStates.winners(layer));
            long[] now = IndexMismatch.bits(winners, count);
            long[] before = Objects.requireNonNullElse(earlier.get(layer - 1), now);
            earlier.set(layer - 1, now);
            return IndexMismatch.of(window, winners, before, byStates, sent.sent(layer), count);
        }
    }

    /** What those who get a layer's spikes make of them. */
    private static final class Decoded {
        private final float[][] values;

        Decoded(LayerLayout layout, int images) {
            this.values = new float[images][layout.neurons()];
        }

        void follow(FloatTensor sent, float lambda) {
            for (int image = 0; image < values.length; image++) {
                float[] now = sent.positionMajor(image);
                for (int neuron = 0; neuron < now.length; neuron++) {
                    values[image][neuron] = (1 - lambda) * values[image][neuron] + lambda * now[neuron];
                }
            }
        }

        Statistics statistics() {
            return Statistics.of(values);
        }
    }
}
