package org.equipoise.dynamics;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.FeedForwardBackpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The free phase of a batch, unrolled in time on an off-heap tape, and walked back: from minus the derivative of the loss by the last
 * state to the cotangents of the currents of every step, from which gradients of weights are summed.
 *
 * <p>Images do not influence each other. Methods that take a tile of images may run at once for tiles that do not overlap, each by a
 * worker of its own, and how a batch is cut into tiles does not change a bit.
 *
 * <p>Use: fill {@link #image()} and {@link #target()}; {@link #forward}; {@link #differentiate}; then for each segment from the last to
 * the first, {@link #recompute} it unless it is the last, and for each of its steps from the last to the first, {@link #back} and read
 * {@link #sent} and {@link #currentCotangent}; at the end read {@link #biasCotangent}.
 */
public abstract sealed class Unrolling implements AutoCloseable permits RateUnrolling, SpikingUnrolling {
    /** Activations, which the neurons of every model hand from one step to the next. */
    static final String S = "s";

    final Topology topology;
    final List<ConnectionParameters> connections;
    final Kernels kernels;
    final Segments segments;
    final int images;
    final History<SpikeTensor> winners;
    final PoolingBuffers pooling;
    final Cotangents cotangents;

    private final MemoryScope.Holding memory;
    private final FloatTensor image;
    private final FloatTensor lastState;
    /** The targets y and, of a readout outside the dynamics, its logits z and {@code −∂L/∂z}. */
    private final List<FloatTensor> outputs;

    /**
     * What a model of neurons decides of its unrolling.
     *
     * @param segments how the steps are cut
     * @param state the quantities of the state that depend on those of the step before
     * @param spikes whether it spikes, as then does the image, which else stands still
     */
    record Model(Segments segments, List<String> state, boolean spikes) {}

    Unrolling(MemoryScope memory, Model model, Parameters parameters, Kernels kernels, int images, Tiling tiling) {
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.segments = model.segments();
        this.images = images;
        this.memory = memory.holding();
        this.image = FloatTensor.in(memory, Account.STATES, "image", topology.layout(0), images);
        this.lastState = FloatTensor.in(memory, Account.STATES, "output", topology.layout(topology.depth()), images);
        this.cotangents = Cotangents.in(memory, model.state(), topology, images);
        this.winners = History.winners(memory, topology, images, !model.spikes(), segments.length());
        this.pooling = model.spikes()
                ? PoolingBuffers.forSpikes(memory, topology, tiling, 0)
                : PoolingBuffers.in(memory, topology, tiling);
        this.outputs = memory.part(
                "batch",
                batch -> (topology.hasReadout() ? Stream.of("target", "logits", "pull") : Stream.of("target"))
                        .map(name -> FloatTensor.in(batch, Account.STATES, name, topology.output(), images))
                        .toList());
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param configuration neurons, the length of the free phase and the batch
     * @param settings truncation, tape and surrogate
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param tiling how a batch will be cut
     * @return room for a batch
     */
    public static Unrolling in(
            MemoryScope memory,
            Configuration configuration,
            Backpropagation settings,
            Parameters parameters,
            Kernels kernels,
            Tiling tiling) {
        int steps = configuration.phases().free();
        int images = configuration.training().batch();
        return memory.part("unrolling", part -> switch (configuration.neuron()) {
            case NeuronSettings.SigmaDelta spiking ->
                new SpikingUnrolling(part, spiking, settings, steps, parameters, kernels, images, tiling);
            case NeuronSettings.Rate rate
            when configuration.learning().algorithm() instanceof FeedForwardBackpropagation ->
                new FeedForwardPass(part, rate, settings, parameters, kernels, images, tiling);
            case NeuronSettings.Rate rate ->
                new RateUnrolling(part, rate, settings, steps, parameters, kernels, images, tiling);
            default ->
                throw new IllegalStateException(
                        "A configuration with these neurons and back-propagation is refused when it is made");
        });
    }

    /** {@return the batch's clamped images, in [0, 1]} */
    public final FloatTensor image() {
        return image;
    }

    /** {@return the batch's targets y, one a class} */
    public final FloatTensor target() {
        return outputs.getFirst();
    }

    /** {@return the activations of the last layer of neurons after the last step} */
    public final FloatTensor lastState() {
        return lastState;
    }

    /** {@return what the network answers once {@link #differentiate} has run: activations of its last layer, or logits} */
    public final FloatTensor output() {
        return topology.hasReadout() ? outputs.get(1) : lastState;
    }

    /** {@return {@code −∂L/∂z} of the logits of a readout outside the dynamics, null without one} */
    public final @Nullable FloatTensor pull() {
        return topology.hasReadout() ? outputs.get(2) : null;
    }

    /** {@return how the steps are cut into segments} */
    public final Segments segments() {
        return segments;
    }

    /**
     * Runs all steps from a state of zero, and leaves the last segment on the tape.
     *
     * @param tile some images
     */
    public final void forward(Tile tile) {
        begin(tile);
        for (int time = 1; time <= segments.before(); time++) {
            step(time, tile);
            stepped(tile);
        }
        int last = segments.count() - 1;
        for (int segment = 0; segment < last; segment++) {
            save(segment, tile);
            for (int step = segments.begin(segment); step < segments.end(segment); step++) {
                step(segments.time(step), tile);
                stepped(tile);
            }
        }
        for (int step = segments.begin(last); step < segments.end(last); step++) {
            tapedStep(step, tile);
            stepped(tile);
        }
        lastState.copyFrom(tile.first(), stateAfter(segments.end(last) - 1), tile.first(), tile.count());
        cotangents.clear(tile);
    }

    /**
     * Sets the cotangents of the last state: minus the derivative of the loss.
     *
     * @param tile some images, whose steps {@link #forward} has run
     */
    public final void differentiate(Tile tile) {
        FloatTensor cotangent = cotangents.state(S, topology.depth());
        if (topology.hasReadout()) {
            int first = tile.first();
            int count = tile.count();
            new SoftmaxReadout(
                            connections.getLast(),
                            kernels.states(),
                            outputs.get(0).part(first, count),
                            outputs.get(1).part(first, count),
                            outputs.get(2).part(first, count),
                            cotangent.part(first, count))
                    .nudge(1f, lastState.part(first, count), count);
            return;
        }
        FloatTensor target = target();
        for (int i = tile.first(); i < tile.end(); i++) {
            for (int c = 0; c < target.layout().channels(); c++) {
                cotangent.set(i, c, target.get(i, c) - lastState.get(i, c));
            }
        }
    }

    /**
     * Puts a segment on the tape again: the same steps with the same bits.
     *
     * @param segment a segment but the last, the one before that walked back last
     * @param tile some images
     */
    public final void recompute(int segment, Tile tile) {
        // What the next segment's first step received flows back while its winners are still on the tape.
        flowBack(segments.slot(segments.end(segment)), tile);
        restore(segment, tile);
        for (int step = segments.begin(segment); step < segments.end(segment); step++) {
            tapedStep(step, tile);
        }
    }

    /**
     * Walks back one step.
     *
     * @param step the step before the one walked back last, of the segment on the tape, counted from 0 over all that are walked back
     * @param tile some images
     */
    public final void back(int step, Tile tile) {
        if (segments.goesOn(step)) {
            flowBack(segments.slot(step + 1), tile);
        }
        backStep(step, tile);
    }

    /** Sets every neuron to zero. */
    abstract void begin(Tile tile);

    /** Moves on by a step that is not walked back from here: what it notes of winners, another step overwrites. */
    abstract void step(int time, Tile tile);

    /** Moves on by a step that the tape remembers. */
    abstract void tapedStep(int step, Tile tile);

    /** Hears of every step forward but those that are computed again. */
    void stepped(Tile tile) {}

    /** {@return the last layer's activations after a taped step} */
    abstract FloatTensor stateAfter(int step);

    /** Keeps the state before a segment. */
    abstract void save(int segment, Tile tile);

    /** Goes back to the state before a segment. */
    abstract void restore(int segment, Tile tile);

    /** From the cotangents of the state after a step, and of what it sent, to those of its currents and of the state before. */
    abstract void backStep(int step, Tile tile);

    /**
     * {@return what a connection does to real values in a step on the tape, by the winners that the tape holds of it: to activations on
     * their way forward, to cotangents on their way back; for the images of a tile, numbered from 0}
     */
    final DenseRoute route(int layer, int slot, Tile tile) {
        ConnectionParameters parameters = connections.get(layer - 1);
        PoolingWindow window = parameters.connection().maximum();
        SpikeTensor won = winners.find(slot, layer);
        return window == null || won == null
                ? new DenseRoute.Direct(parameters, kernels.states())
                : new DenseRoute.Maximum(
                        parameters,
                        window,
                        kernels,
                        pooling.map(tile.worker(), window),
                        won.part(tile.first(), tile.count()));
    }

    /**
     * From the cotangents of a step's currents to those of what the layers sent into it, each to be multiplied by {@link #gain}.
     *
     * <p>This is the adjoint of {@code u^l = w^l ∗ q^(l-1) + γ^(l+1) w^(l+1) ⋆ q^(l+1)}, with γ the gain of the backward route over the
     * exact adjoint of the forward one: what arrives at q^l from the layer above has no gain, and what arrives from the layer below has
     * γ^l. Maximum pooling is linear at the winners of the step, which do not change with the weights but at a kink: there P has
     * unpooling for its adjoint, and P⁻¹ the pooling.
     *
     * <p>Backward weights hold γ already, so sums are kept divided by it: {@code q^l = γ^l · (w^l ∗ u^(l-1) + (1 / γ^l γ^(l+1)) ·
     * (γ^(l+1) w^(l+1)) ⋆ u^(l+1))}.
     */
    private void flowBack(int slot, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        cotangents.sent().clear(0, tile);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor to = cotangents.sent().at(l).part(first, count);
            if (l < topology.depth()) {
                route(l + 1, slot, tile).backward(currentCotangent(l + 1).part(first, count), to, count);
                float factor = 1f / (gain(l + 1) * gain(l));
                if (factor != 1f) {
                    kernels.adjoints().scale(factor, to, 0, count);
                }
            }
            if (l > 1 && connections.get(l - 1).feedback() != null) {
                route(l, slot, tile).gather(currentCotangent(l - 1).part(first, count), to, count);
            }
        }
    }

    /** {@return the factor on the cotangents that have flowed back to what a layer sent} */
    final float gain(int layer) {
        return layer == 1 ? 1f : topology.connections().get(layer - 1).heldGain();
    }

    /**
     * @param step the step walked back last
     * @param layer 0 for the image
     * @return what that layer sent into that step: activations, or spikes as 1 and 0
     */
    public abstract FloatTensor sent(int step, int layer);

    /**
     * @param step the step walked back last
     * @param layer 1 for the first hidden layer
     * @return the winners of the maximum pooling before that layer in that step, null where there is none
     */
    public final @Nullable SpikeTensor winners(int step, int layer) {
        return winners.find(segments.slot(step), layer);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return the cotangent of its current in the step walked back last
     */
    public final FloatTensor currentCotangent(int layer) {
        return cotangents.currents().at(layer);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return the cotangents of its biases, for each image, summed over positions and the steps walked back so far
     */
    public final FloatTensor biasCotangent(int layer) {
        return cotangents.biases().at(layer);
    }

    /** {@return the spikes since the last reset; none for neurons that do not spike} */
    public SpikeCounts spikeCounts() {
        return SpikeCounts.NONE;
    }

    /**
     * Counts from now on as if these spikes had been counted before and no others.
     *
     * @param counted spikes of a network of the same depth, or none
     */
    public void countSpikesAfter(SpikeCounts counted) {
        // Neurons that do not spike have nothing to count.
    }

    /** Returns the memory. */
    @Override
    public final void close() {
        memory.close();
    }
}
