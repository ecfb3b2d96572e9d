package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.ErrorLayouts;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeDifference.Purpose;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Currents of neurons that send packed spikes.
 *
 * <p>Where {@linkplain Neurons#expected neurons say} which of them will rather fire than not, most spikes are foretold. Each layer then
 * keeps a base, the current that it would receive if exactly the expected neurons fired, and a step adds only what deviates: the rows of
 * neurons that fired unexpectedly, less the rows of those that unexpectedly did not. Every {@value #STEPS_OF_AN_EXPECTATION} steps the
 * base follows what is expected by then; at the start of each phase and every {@value #STEPS_OF_A_BASE} steps it is summed afresh, which
 * bounds the rounding it gathers. Otherwise the base is zero, and a step adds the rows of all neurons that fired. Connections with
 * maximum pooling, which is not linear, go another way: {@link SpikingPooling}.
 *
 * <p>Where nudge phases amplify errors, spikes travel by weights of their own, and bases start from what then is to be added to them: of
 * the current of {@link FreeState} what does not come as spikes, {@code (1 − γ) (W s*_(l-1) − Wᵀ s*_(l+1))}.
 */
final class SpikeCurrents extends Currents {
    private static final int STEPS_OF_A_BASE = 256;
    private static final int GROUP = EventBuffers.GROUP;
    private static final int STEPS_OF_AN_EXPECTATION = 4;

    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    /** The spikes of each layer from the image on, relative to those in the bases. */
    private final List<SpikeDifference> deviations = new ArrayList<>();
    /** Those that are expected, relative to those in the bases; empty without bases. */
    private final List<SpikeDifference> changes = new ArrayList<>();
    /** Of each layer of neurons; empty without bases. */
    private final List<FloatTensor> bases = new ArrayList<>();
    /** For each group of images and each layer of a convolution, where its current is summed. */
    private final List<List<FloatTensor>> groupCurrents = new ArrayList<>();

    private final List<@Nullable SpikingPooling> poolings = new ArrayList<>();
    /** What the first layer receives in every step from an image that does not spike, null from one that does. */
    private final @Nullable FloatTensor imageCurrent;
    /** The first layer of neurons that, like all above it, is linear; one more than the last where that is none. */
    private final int firstFlat;

    private boolean imageWinnersNoted;
    private boolean baseCleared = true;

    SpikeCurrents(Neurons neurons, TileTensors tensors, Parameters parameters, Kernels kernels) {
        super(neurons, tensors, parameters);
        this.topology = tensors.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.firstFlat = firstFlat(topology);
        int images = tensors.images();
        SpikeEvents events = EventBuffers.in(tensors.memory(), topology, images, "");
        PoolingBuffers buffers =
                PoolingBuffers.forSpikes(tensors.memory(), topology, new Tiling(1, images), silentWords(images));
        for (int l = 0; l <= topology.depth(); l++) {
            SpikeTensor expected = neurons.expected(l);
            // Those expected neurons whose rows are in the bases.
            SpikeTensor assumed = expected == null
                    ? buffers.silence(topology.layout(l), images)
                    : tensors.spikes(l, "assumed", Lifetime.GIVEN);
            deviations.add(new SpikeDifference(spikes(l), assumed, events));
            if (expected != null) {
                changes.add(new SpikeDifference(expected, assumed, events, Purpose.EXPECTATION));
            }
            if (l > 0) {
                addCurrent(l, tensors, expected != null);
                poolings.add(pooling(l, tensors, buffers, events));
                routes.add(routeOfStates(l));
            }
        }
        this.imageCurrent = neurons.sendsImageAsCurrent()
                ? tensors.floats("image current", topology.layout(1), Lifetime.GIVEN)
                : null;
        for (int first = 0; first < images; first += GROUP) {
            List<FloatTensor> windows = new ArrayList<>();
            for (int l = 1; l < firstFlat; l++) {
                FloatTensor current = currents.get(l - 1);
                windows.add(l + 1 < firstFlat ? current.from(first) : current);
            }
            groupCurrents.add(windows);
        }
    }

    private static int firstFlat(Topology topology) {
        int flat = topology.depth() + 1;
        while (flat > 1 && topology.connections().get(flat - 2).linear()) {
            flat--;
        }
        return flat;
    }

    /** Words of the largest layer whose spikes are all added, not only those that deviate. */
    private long silentWords(int images) {
        long words = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            boolean pooled =
                    l < topology.depth() && connections.get(l).connection().maximum() != null;
            if (pooled || neurons.expected(l) == null) {
                words = Math.max(words, SpikeTensor.wordsNeeded(topology.layout(l), images));
            }
        }
        return words;
    }

    private void addCurrent(int l, TileTensors tensors, boolean based) {
        if (based) {
            bases.add(tensors.floats(l, "base", Lifetime.GIVEN));
        }
        // Layers that only convolutions reach have currents for a group of images, which all groups share.
        int together = l + 1 < firstFlat ? Math.min(tensors.images(), GROUP) : tensors.images();
        String name = TileTensors.name(l, "current");
        currents.add(FloatTensor.in(tensors.memory(), Account.STATES, name, topology.layout(l), together));
    }

    private @Nullable SpikingPooling pooling(int l, TileTensors tensors, PoolingBuffers buffers, SpikeEvents events) {
        PoolingWindow window = connections.get(l - 1).connection().maximum();
        if (window == null) {
            return null;
        }
        SpikeTensor below = spikes(l - 1);
        return new SpikingPooling(
                connections.get(l - 1),
                window,
                kernels,
                new SpikeDifference(below, buffers.silence(below.layout(), below.images()), events),
                spikes(l),
                buffers,
                0,
                events,
                tensors.spikes(TileTensors.name(l, "winners"), window.convolved(), Lifetime.GIVEN));
    }

    private DenseRoute routeOfStates(int l) {
        SpikingPooling pooling = poolings.get(l - 1);
        return pooling == null ? new DenseRoute.Direct(connections.get(l - 1), kernels.states()) : pooling.ofStates();
    }

    private SpikeTensor spikes(int layer) {
        return Objects.requireNonNull(neurons.spikes(layer));
    }

    @Override
    void sumImage(int images) {
        imageWinnersNoted = false;
        if (imageCurrent != null) {
            imageCurrent.clear(images);
            routes.getFirst().forward(neurons.activations(0), imageCurrent, images);
        }
        clearBases(images);
    }

    @Override
    void startPhase(int images) {
        clearBases(images);
    }

    private void clearBases(int images) {
        baseCleared = true;
        for (SpikeDifference change : changes) {
            change.expected().clear(images);
        }
        FreeState start = amplified();
        for (int l = 1; l <= bases.size(); l++) {
            if (start != null) {
                bases.get(l - 1).copyFrom(0, start.current(l), 0, images);
            } else if (l == 1 && imageCurrent != null) {
                bases.get(l - 1).copyFrom(0, imageCurrent, 0, images);
            } else {
                bases.get(l - 1).clear(images);
            }
        }
    }

    @Override
    void noteHeldWinners(int images) {
        noteWinners(images);
    }

    @Override
    void amplify(FreeState start, int images) {
        start.sumCurrents(routes, imageCurrent, 1f - start.gain(), (start.gain() - 1f) / start.gain(), images);
        clearBases(images);
    }

    /** Finds winners by activations, where that is set. The image's are the same in every step. */
    private void noteWinners(int images) {
        for (int l = 0; l < poolings.size(); l++) {
            if (routes.get(l).winnersAreOfStates() && !holdsWinners(l) && (l > 0 || !imageWinnersNoted)) {
                var _ = routes.get(l).winners(neurons.activations(l), currents.get(l), images);
            }
        }
        imageWinnersNoted = true;
    }

    /** {@return the layouts by which spikes travel where errors are amplified, else null} */
    private @Nullable ErrorLayouts errors(int connection) {
        return amplified() != null ? connections.get(connection).errors() : null;
    }

    @Override
    void step(int time, int images, LayerStep step) {
        if (time % STEPS_OF_A_BASE == 0) {
            clearBases(images);
        }
        if (baseCleared || time % STEPS_OF_AN_EXPECTATION == 0) {
            updateBases(images);
        }
        noteWinners(images);
        sendThroughLinear(images);
        for (int first = 0; first < images; first += GROUP) {
            int end = Math.min(images, first + GROUP);
            List<FloatTensor> group = groupCurrents.get(first / GROUP);
            sendThroughConvolutions(group, first, end);
            for (int l = 1; l < firstFlat; l++) {
                step.run(l, group.get(l - 1), first, end);
            }
        }
        for (int l = firstFlat; l <= topology.depth(); l++) {
            step.run(l, currents.get(l - 1), 0, images);
        }
    }

    /** Adds to the bases the rows of neurons that have come to be expected to fire, and takes away those that no longer are. */
    private void updateBases(int images) {
        for (int l = 0; l < changes.size(); l++) {
            SpikeDifference change = changes.get(l);
            if (!change.isZero(images)) {
                for (int first = 0; first < images; first += GROUP) {
                    changeBases(l, change, first, Math.min(images, first + GROUP), false);
                }
                changeBases(l, change, 0, images, true);
                change.expected().copyFrom(0, change.spikes(), 0, images);
            }
        }
        baseCleared = false;
    }

    private void changeBases(int l, SpikeDifference change, int first, int end, boolean linear) {
        if (l < topology.depth() && hasBases(l, linear)) {
            sendForward(l, change, bases.get(l), bases.get(l), first, end);
        }
        if (l > 1 && hasBases(l - 1, linear)) {
            sendBackward(l, change, bases.get(l - 2), first, end);
        }
    }

    private boolean hasBases(int connection, boolean linear) {
        return connections.get(connection).connection().linear() == linear && poolings.get(connection) == null;
    }

    /**
     * Starts the currents of the layers at both ends of linear connections, whose weights are large: all images pass over them at
     * once.
     */
    private void sendThroughLinear(int images) {
        int lowest = firstFlat - 1;
        if (lowest > 0) {
            start(lowest, currents.get(lowest - 1), 0, images);
        }
        for (int l = lowest; l < topology.depth(); l++) {
            FloatTensor current = currents.get(l);
            sendForward(l, deviations.get(l), base(l + 1, current, images), current, 0, images);
            if (l > 0) {
                sendBackward(l + 1, deviations.get(l + 1), currents.get(l - 1), 0, images);
            }
        }
    }

    /** Completes the currents of the layers of convolutions, which are large: few images at once, so that they stay near. */
    private void sendThroughConvolutions(List<FloatTensor> group, int first, int end) {
        for (int l = 0; l < firstFlat - 1; l++) {
            FloatTensor current = group.get(l);
            boolean started = l + 1 == firstFlat - 1;
            SpikingPooling pooling = poolings.get(l);
            if (pooling == null) {
                FloatTensor from = started ? current : base(l + 1, current, end - first);
                sendForward(l, deviations.get(l), from, current, first, end);
            } else {
                if (!started) {
                    start(l + 1, current, first, end);
                }
                if (l > 0 || imageCurrent == null) {
                    boolean noted = amplified() != null || routes.get(l).winnersAreOfStates();
                    pooling.forward(errors(l), noted, current, first, end);
                }
            }
            if (l > 0 && pooling != null) {
                pooling.backward(errors(l), group.get(l - 1), first, end);
            } else if (l > 0) {
                sendBackward(l + 1, deviations.get(l + 1), group.get(l - 1), first, end);
            }
        }
    }

    /** {@return where the sum of a layer's current starts: its base, or its current, set to zero} */
    private FloatTensor base(int layer, FloatTensor current, int images) {
        if (bases.isEmpty()) {
            current.clear(images);
            return current;
        }
        return bases.get(layer - 1);
    }

    private void start(int layer, FloatTensor current, int first, int end) {
        FloatTensor from = base(layer, current, end - first);
        if (!bases.isEmpty()) {
            current.copyFrom(first, from, first, end - first);
        }
    }

    private void sendForward(int l, SpikeDifference sent, FloatTensor from, FloatTensor to, int first, int end) {
        ConnectionParameters above = connections.get(l);
        if (l == 0 && imageCurrent != null) {
            // It is in the base, from which alone the current then starts.
            if (!from.equals(to)) {
                to.copyFrom(first, from, first, end - first);
            }
            return;
        }
        ErrorLayouts errors = errors(l);
        WeightBlocks forward = errors == null ? above.forward() : errors.forward();
        kernels.spikes().addForward(above.connection().geometry(), sent, forward, from, to, first, end);
    }

    private void sendBackward(int l, SpikeDifference sent, FloatTensor to, int first, int end) {
        ConnectionParameters below = connections.get(l - 1);
        ErrorLayouts errors = errors(l - 1);
        WeightBlocks backward = errors == null ? below.feedback() : errors.backward();
        if (backward != null) {
            kernels.spikes().addBackward(below.connection().geometry(), sent, backward, to, first, end);
        }
    }
}
