package org.equipoise.experiment;

import java.nio.file.Path;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.PhaseProgram.Phase;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.learning.BatchStates;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.learning.ContrastiveGradient;
import org.equipoise.learning.EquilibriumPropagation;
import org.equipoise.learning.Gradients;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Pictures;
import org.jspecify.annotations.Nullable;

/**
 * Settles a network on given images and writes the states it comes to.
 *
 * <p>For the last step of the free, +β and −β phases, and for every {@code every} steps where asked, every layer's s, v, φ and q
 * are written as {@code free/l1/s} … {@code plus/l2/q} … (layer 0 has q and φ; leaky integrate-and-fire neurons have v, q and, as s, their rate; steps on the way as {@code free/step20/l1/s});
 * shapes are (images, channels, height, width) or (images, units). A softmax readout gives {@code free/logits} … beside them. With targets also the gradient of the loss that the phases
 * estimate, {@code grad/layers.<l>.weight|bias}.
 */
public final class Trace {
    private static final List<String> VARIABLES = List.of("q", "phi", "v", "s");
    /** Of a clamped image, what it sends and what is left of it to be sent. */
    private static final List<String> IMAGE_VARIABLES = List.of("q", "phi");

    private static final int MAX_IMAGES = 1 << 20;

    private final Configuration configuration;
    private final Topology topology;
    private final Kernels kernels;
    private final Ledger ledger;
    private final Workers workers;
    private final int every;

    /** What it settles in and, with targets, what it sums the gradient in. */
    private record Memory(
            MemoryScope.Holding holding,
            Parameters parameters,
            Settling settling,
            @Nullable Sums sums) implements AutoCloseable {
        static Memory in(
                MemoryScope scope,
                Configuration configuration,
                Kernels kernels,
                Workers workers,
                int images,
                boolean nudged) {
            Parameters parameters = Parameters.in(scope, configuration);
            return new Memory(
                    scope.holding(),
                    parameters,
                    Settling.in(
                            scope,
                            configuration.neuron(),
                            configuration.phases().settle(),
                            parameters,
                            kernels,
                            "trace",
                            images,
                            nudged),
                    nudged ? Sums.in(scope, parameters, kernels, workers, images) : null);
        }

        @Override
        public void close() {
            holding.close();
        }
    }

    private record Sums(BatchStates states, Gradients gradients, ContrastiveGradient contrast) {
        static Sums in(MemoryScope scope, Parameters parameters, Kernels kernels, Workers workers, int images) {
            Topology topology = parameters.topology();
            return new Sums(
                    BatchStates.in(scope, topology, images),
                    Gradients.in(scope, topology),
                    new ContrastiveGradient(scope, parameters, kernels, workers));
        }
    }

    /**
     * @param configuration network, neurons and phases
     * @param kernels the arithmetic
     * @param ledger where the memory is entered
     * @param workers who shares the work
     * @param every also keep every so many steps, 0 for none
     */
    public Trace(Configuration configuration, Kernels kernels, Ledger ledger, Workers workers, int every) {
        if (every < 0) {
            throw new BadInputException("--every is " + every + "; a whole number of steps from 1 was expected.");
        }
        this.configuration = configuration;
        this.topology = Topology.of(configuration.network());
        this.kernels = kernels;
        this.ledger = ledger;
        this.workers = workers;
        this.every = every;
    }

    /**
     * @param model parameters, safetensors
     * @param input images of the network's shape
     * @param target targets, (N, classes), or null for a free phase alone
     * @return the states and, with targets, the gradient
     * @throws BadInputException if model, images or targets do not fit the network
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public SafetensorsWriter run(Path model, Pictures input, @Nullable NpyArray target) {
        int images = input.count();
        if (images > MAX_IMAGES) {
            throw new BadInputException(
                    images + " images were given to trace; at most " + MAX_IMAGES + " were expected.");
        }
        float[] targets = target == null ? null : targets(target, images);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Memory memory =
                ledger.open(scope -> Memory.in(scope, configuration, kernels, workers, images, target != null))) {
            new ModelFile(model).read(memory.parameters());
            memory.parameters().derive(kernels, workers);
            for (int image = 0; image < images; image++) {
                input.fill(image, memory.settling().image(), image);
            }
            settle(memory, images, targets, writer);
        }
        return writer;
    }

    private void settle(Memory memory, int images, float @Nullable [] targets, SafetensorsWriter writer) {
        Settling settling = memory.settling();
        Sums sums = memory.sums();
        PhaseProgram program = PhaseProgram.of(configuration);
        program.clamp(settling, images);
        if (targets == null || sums == null) {
            program.free(settling, 0, images, null, new Writing(images, writer, null, Phase.FREE));
            return;
        }
        fill(targets, settling.target());
        BatchStates states = sums.states();
        Gradients gradients = sums.gradients();
        states.image().copyFrom(0, settling.image(), 0, images);
        Writing writing = new Writing(images, writer, states, program.reference());
        program.free(settling, 0, images, null, writing);
        float beta = configuration.phases().beta();
        program.nudgeBothWays(settling, images, beta, writing);
        sums.contrast().sum(states, images, gradients);
        float scale = -EquilibriumPropagation.scale(configuration.phases().scheme(), beta, images);
        for (int l = 0; l < topology.connections().size(); l++) {
            writer.add(
                    "grad/" + ParameterFile.weightName(l),
                    Shape.of(topology.connections().get(l).weightShape()),
                    gradients.weightGradient(topology.connections().get(l), l, scale));
            writer.add(
                    "grad/" + ParameterFile.biasName(l),
                    Shape.of(topology.connections().get(l).layer().channels()),
                    gradients.biasGradient(topology.connections().get(l), l, scale));
        }
    }

    /** Writes states now and then and at the end of each phase, and keeps those that the gradient compares. */
    private final class Writing implements PhaseProgram.Observer {
        private final int images;
        private final SafetensorsWriter writer;
        private final @Nullable BatchStates states;
        private final Phase reference;

        Writing(int images, SafetensorsWriter writer, @Nullable BatchStates states, Phase reference) {
            this.images = images;
            this.writer = writer;
            this.states = states;
            this.reference = reference;
        }

        @Override
        public int interval() {
            return every;
        }

        @Override
        public void counts(Settling settling, Phase phase, float beta, StateMean mean) {
            if (states != null && (phase == Phase.POSITIVE || phase == reference)) {
                Counting counting = phase == Phase.POSITIVE ? Counting.POSITIVE : Counting.NEGATIVE;
                states.keep(settling, 0, images, beta, counting, mean);
            }
        }

        @Override
        public void looks(Settling settling, Phase phase, int step) {
            String name = switch (phase) {
                case FREE -> "free/";
                case POSITIVE -> "plus/";
                case NEGATIVE -> "minus/";
                case CONTINUED_FREE -> "";
            };
            if (!name.isEmpty()) {
                PhaseSettings phases = configuration.phases();
                boolean last = step == (phase == Phase.FREE ? phases.free() : phases.nudge());
                write(settling, last ? name : name + "step" + step + "/", images, writer);
            }
        }
    }

    private void write(Settling settling, String prefix, int images, SafetensorsWriter writer) {
        for (int l = 0; l <= topology.depth(); l++) {
            LayerLayout layout = topology.layout(l);
            for (String name : l == 0 ? IMAGE_VARIABLES : VARIABLES) {
                LayerTensor variable = settling.variables(l).get(name);
                if (variable != null) {
                    add(writer, prefix + "l" + l + "/" + name, values(variable, images), layout, images);
                }
            }
        }
        if (topology.hasReadout()) {
            add(writer, prefix + "logits", values(settling.output(), images), topology.output(), images);
        }
    }

    private void add(SafetensorsWriter writer, String name, float[] values, LayerLayout layout, int images) {
        boolean linear = topology.connections().stream()
                .anyMatch(
                        connection -> connection.linear() && connection.layer().equals(layout));
        writer.add(
                name,
                linear
                        ? Shape.of(images, layout.channels())
                        : Shape.of(images, layout.channels(), layout.height(), layout.width()),
                values);
    }

    private static float[] values(LayerTensor tensor, int images) {
        int neurons = tensor.layout().neurons();
        float[] values = new float[Math.multiplyExact(images, neurons)];
        for (int image = 0; image < images; image++) {
            System.arraycopy(tensor.channelMajor(image), 0, values, image * neurons, neurons);
        }
        return values;
    }

    private static void fill(float[] targets, FloatTensor tensor) {
        int classes = tensor.layout().channels();
        for (int i = 0; i < targets.length; i++) {
            tensor.set(i / classes, tensor.layout().index(0, i % classes), targets[i]);
        }
    }

    /** {@return the targets of all images, which are a row of finite numbers each} */
    private float[] targets(NpyArray array, int images) {
        int classes = topology.output().channels();
        Shape flat = Shape.of(images, classes);
        Shape full = Shape.of(images, classes, 1, 1);
        if (!array.shape().equals(flat) && !array.shape().equals(full)) {
            throw new BadInputException(array.name() + " has shape " + array.shape() + "; targets of shape " + flat
                    + ", a row for each image, were expected.");
        }
        float[] values = array.floats();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new BadInputException(
                        array.name() + " holds the value " + value + "; finite numbers were expected as targets.");
            }
        }
        return values;
    }
}
