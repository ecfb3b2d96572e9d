package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeDifference.Purpose;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Settling of spiking neurons: layers exchange packed spikes alone.
 *
 * <p>In a step, hidden layers send the spikes of the step before and the image those of this step.
 *
 * <p>Most spikes can be foretold: a neuron with {@code s > ½} will rather fire than not. Each layer therefore keeps a base, the
 * current that it would receive if exactly the expected neurons fired, and a step adds only what deviates: the rows of neurons that
 * fired unexpectedly, less the rows of those that unexpectedly did not. Every {@value #STEPS_OF_AN_EXPECTATION} steps the base
 * follows what is expected by then; at the start of each phase and every {@value #STEPS_OF_A_BASE} steps it is summed afresh, which
 * bounds the rounding it gathers. Connections with maximum pooling, which is not linear, go another way: {@link SpikingPooling}.
 */
public final class SpikingSettling implements Settling {
    private static final int STEPS_OF_A_BASE = 256;
    private static final int GROUP = EventBuffers.GROUP;
    private static final int STEPS_OF_AN_EXPECTATION = 4;

    private final NeuronSettings.SigmaDelta neuron;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final OffHeapArena arena;
    private final EncodedImage input;
    private final List<SpikingLayer> layers = new ArrayList<>();
    private final List<SpikeDifference> changes = new ArrayList<>();
    private final List<SpikeDifference> deviations = new ArrayList<>();
    private final List<@Nullable SpikingPooling> poolings;
    /** For each group of images and each layer of a convolution, where its current is summed. */
    private final List<List<FloatTensor>> groupCurrents = new ArrayList<>();

    private final Readout readout;
    private final long[] spikes;
    private final ActiveImages moving;
    private int images;
    private int step;
    private int rememberedStep;
    private boolean baseCleared = true;
    private final int firstFlat;

    SpikingSettling(
            NeuronSettings.SigmaDelta neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            String owner,
            int images,
            boolean savesState) {
        this.neuron = neuron;
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.arena = ledger.open(plan(settle, topology, owner, images, savesState));
        this.input = EncodedImage.of(arena, topology.layout(0), images, savesState);
        for (int l = 1; l <= topology.depth(); l++) {
            layers.add(
                    SpikingLayer.of(arena, topology.layout(l), l, images, together(topology, l, images), savesState));
        }
        SpikeEvents events = EventBuffers.of(arena, "");
        for (int l = 0; l <= topology.depth(); l++) {
            changes.add(new SpikeDifference(expected(l), assumed(l), events, Purpose.EXPECTATION));
            deviations.add(new SpikeDifference(spikes(l), assumed(l), events));
        }
        this.readout = Readout.of(arena, parameters, kernels.states(), images);
        PoolingMemory pooling = new PoolingMemory(arena, images, Math.min(images, GROUP));
        this.poolings = SpikingPooling.ofEach(connections, topology.depth(), kernels, pooling, this::spikes, events);
        this.moving = moving(settle, images, pooling);
        this.spikes = new long[topology.depth() + 1];
        this.firstFlat = firstFlat(topology);
        for (int first = 0; first < images; first += GROUP) {
            List<FloatTensor> windows = new ArrayList<>();
            for (int l = 1; l < firstFlat; l++) {
                FloatTensor current = layer(l).current();
                windows.add(l + 1 < firstFlat ? current.from(first) : current);
            }
            groupCurrents.add(windows);
        }
    }

    private ActiveImages moving(@Nullable SettleCriterion settle, int most, PoolingMemory pooling) {
        List<FloatTensor> states = new ArrayList<>();
        List<FloatTensor> values = new ArrayList<>(List.of(input.image(), input.phi(), readout.target()));
        List<SpikeTensor> packed = new ArrayList<>(List.of(input.spikes(), input.expected(), input.assumed()));
        for (SpikingLayer layer : layers) {
            SpikingState state = layer.state();
            states.add(state.s());
            values.addAll(List.of(state.s(), state.v(), state.phi(), layer.base()));
            packed.addAll(List.of(state.q(), state.expected(), layer.assumed()));
        }
        packed.addAll(pooling.winners(topology));
        return new ActiveImages(settle, arena, topology, most, states, values, packed);
    }

    /** The first layer of neurons that, like all above it, is linear; one more than the last where that is none. */
    private static int firstFlat(Topology topology) {
        int flat = topology.depth() + 1;
        while (flat > 1 && topology.connections().get(flat - 2).linear()) {
            flat--;
        }
        return flat;
    }

    /** Layers that only convolutions reach have currents for a group of images, which all groups share. */
    private static int together(Topology topology, int layer, int images) {
        return layer + 1 < firstFlat(topology) ? Math.min(images, GROUP) : images;
    }

    static MemoryPlan plan(
            @Nullable SettleCriterion settle, Topology topology, String owner, int images, boolean savesState) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        EncodedImage.plan(plan, topology.layout(0), images, savesState);
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingLayer.plan(plan, topology.layout(l), l, images, together(topology, l, images), savesState);
        }
        Readout.plan(plan, topology, images);
        PoolingMemory.plan(plan, topology, images, Math.min(images, GROUP));
        PoolingMemory.planSpikes(plan, topology, images);
        ActiveImages.plan(plan, settle, topology, images);
        EventBuffers.plan(plan, topology, images, "");
        return plan.build();
    }

    @Override
    public FloatTensor image() {
        return input.image();
    }

    @Override
    public FloatTensor target() {
        return readout.target();
    }

    @Override
    public void begin(int imagesInUse) {
        images = imagesInUse;
        step = 0;
        moving.begin(images);
        Arrays.fill(spikes, 0);
        input.begin(images);
        baseCleared = true;
        for (SpikingLayer layer : layers) {
            layer.clear(images);
        }
    }

    @Override
    public void free(int steps) {
        advance(0f, steps);
    }

    @Override
    public void nudge(float beta, int steps) {
        advance(beta, steps);
    }

    private void advance(float beta, int steps) {
        int end = step + steps;
        moving.advance(beta);
        while (step < end && moving.any()) {
            step(beta == 0f ? null : readout.nudge(beta, states(topology.depth()), moving.count()), moving.count());
            moving.stepped();
        }
        step = end;
        moving.putBack(steps);
    }

    private void step(@Nullable Nudge nudge, int count) {
        step++;
        SigmaDeltaStep constants =
                SigmaDeltaStep.of(neuron.lambda().at(step), neuron.epsilon().at(step), neuron.threshold());
        boolean first = step == 1;
        if (step % STEPS_OF_A_BASE == 0) {
            clearBases(count);
        }
        kernels.neurons().encodeImage(constants, input.image(), first, input.phi(), input.spikes(), count);
        if (baseCleared || step % STEPS_OF_AN_EXPECTATION == 0) {
            updateBases(count);
        }
        sendThroughLinear(count);
        for (int from = 0; from < count; from += GROUP) {
            int end = Math.min(count, from + GROUP);
            List<FloatTensor> currents = groupCurrents.get(from / GROUP);
            sendThroughConvolutions(currents, from, end);
            for (int l = 1; l < firstFlat; l++) {
                stepNeurons(l, currents.get(l - 1), constants, nudge, from, end);
            }
        }
        for (int l = firstFlat; l <= topology.depth(); l++) {
            stepNeurons(l, layer(l).current(), constants, nudge, 0, count);
        }
        countSpikes(count);
    }

    private void clearBases(int count) {
        baseCleared = true;
        input.assumed().clear(count);
        for (SpikingLayer layer : layers) {
            layer.clearBase(count);
        }
    }

    private void stepNeurons(
            int l, FloatTensor current, SigmaDeltaStep constants, @Nullable Nudge nudge, int first, int end) {
        SpikingLayer layer = layer(l);
        kernels.neurons()
                .stepSpiking(
                        constants,
                        current,
                        connections.get(l - 1).bias(),
                        l == topology.depth() ? nudge : null,
                        layer.state(),
                        first,
                        end);
    }

    /** Adds to the bases the rows of neurons that have come to be expected to fire, and takes away those that no longer are. */
    private void updateBases(int count) {
        for (int l = 0; l <= topology.depth(); l++) {
            SpikeDifference change = changes.get(l);
            if (!change.isZero(count)) {
                for (int first = 0; first < count; first += GROUP) {
                    changeBases(l, change, first, Math.min(count, first + GROUP), false);
                }
                changeBases(l, change, 0, count, true);
                assumed(l).copyFrom(0, expected(l), 0, count);
            }
        }
        baseCleared = false;
    }

    private void changeBases(int l, SpikeDifference change, int first, int end, boolean linear) {
        if (l < topology.depth() && hasBases(l, linear)) {
            FloatTensor base = layer(l + 1).base();
            sendForward(l, change, base, base, first, end);
        }
        if (l > 1 && hasBases(l - 1, linear)) {
            sendBackward(l, change, layer(l - 1).base(), first, end);
        }
    }

    private boolean hasBases(int connection, boolean linear) {
        return connections.get(connection).connection().linear() == linear && poolings.get(connection) == null;
    }

    /**
     * Starts the currents of the layers at both ends of linear connections, whose weights are large: all images pass over them at
     * once.
     */
    private void sendThroughLinear(int count) {
        int lowest = firstFlat - 1;
        if (lowest > 0) {
            layer(lowest).current().copyFrom(0, layer(lowest).base(), 0, count);
        }
        for (int l = lowest; l < topology.depth(); l++) {
            sendForward(l, deviations.get(l), layer(l + 1).base(), layer(l + 1).current(), 0, count);
            if (l > 0) {
                sendBackward(l + 1, deviations.get(l + 1), layer(l).current(), 0, count);
            }
        }
    }

    /** Completes the currents of the layers of convolutions, which are large: few images at once, so that they stay near. */
    private void sendThroughConvolutions(List<FloatTensor> currents, int first, int end) {
        for (int l = 0; l < firstFlat - 1; l++) {
            FloatTensor current = currents.get(l);
            FloatTensor start = l + 1 == firstFlat - 1 ? current : layer(l + 1).base();
            SpikingPooling pooling = poolings.get(l);
            if (pooling != null) {
                pooling.forward(start, current, first, end);
            } else {
                sendForward(l, deviations.get(l), start, current, first, end);
            }
            if (l > 0 && pooling != null) {
                pooling.backward(currents.get(l - 1), first, end);
            } else if (l > 0) {
                sendBackward(l + 1, deviations.get(l + 1), currents.get(l - 1), first, end);
            }
        }
    }

    private void sendForward(int l, SpikeDifference sent, FloatTensor from, FloatTensor to, int first, int end) {
        ConnectionParameters above = connections.get(l);
        kernels.spikes().addForward(above.connection().geometry(), sent, above.forward(), from, to, first, end);
    }

    private void sendBackward(int l, SpikeDifference sent, FloatTensor to, int first, int end) {
        ConnectionParameters below = connections.get(l - 1);
        WeightBlocks backward = below.backward();
        if (backward != null) {
            kernels.spikes().addBackward(below.connection().geometry(), sent, backward, to, first, end);
        }
    }

    private SpikeTensor spikes(int layer) {
        return layer == 0 ? input.spikes() : layer(layer).state().q();
    }

    private SpikeTensor expected(int layer) {
        return layer == 0 ? input.expected() : layer(layer).state().expected();
    }

    private SpikeTensor assumed(int layer) {
        return layer == 0 ? input.assumed() : layer(layer).assumed();
    }

    private void countSpikes(int count) {
        for (int l = 0; l <= topology.depth(); l++) {
            spikes[l] += spikes(l).count(count);
        }
    }

    private SpikingLayer layer(int number) {
        return layers.get(number - 1);
    }

    @Override
    public void invalidateWeights() {
        clearBases(images);
    }

    @Override
    public void saveState() {
        rememberedStep = step;
        input.saveState(images);
        for (SpikingLayer layer : layers) {
            layer.saveState(images);
        }
        clearBases(images);
        moving.endPhase();
    }

    @Override
    public void restoreState() {
        step = rememberedStep;
        input.restoreState(images);
        for (SpikingLayer layer : layers) {
            layer.restoreState(images);
        }
        clearBases(images);
        moving.endPhase();
    }

    @Override
    public FloatTensor states(int layer) {
        return layer == 0 ? input.image() : layer(layer).state().s();
    }

    /**
     * @param layer 1 for the first hidden layer, the network's depth for the output
     * @return its s, v, φ and q after the last step
     */
    public SpikingState state(int layer) {
        return layer(layer).state();
    }

    /** {@return the encoder residue of the image} */
    public FloatTensor imageResidue() {
        return input.phi();
    }

    /** {@return the spikes of the image in the last step} */
    public SpikeTensor imageSpikes() {
        return input.spikes();
    }

    @Override
    public @Nullable SpikeTensor winners(int layer) {
        SpikingPooling pooling = poolings.get(layer - 1);
        return pooling == null ? null : pooling.winners();
    }

    @Override
    public FloatTensor output() {
        return readout.output(states(topology.depth()), images);
    }

    @Override
    public FloatTensor postsynaptic(int layer, float beta) {
        return layer <= topology.depth() ? states(layer) : readout.pull(beta, states(topology.depth()), images);
    }

    @Override
    public void countSpikes(long[] fired, long[] opportunities) {
        for (int l = 0; l <= topology.depth(); l++) {
            fired[l] += spikes[l];
            opportunities[l] += topology.layout(l).neurons() * moving.steps().taken();
        }
    }

    @Override
    public StepCount steps() {
        return moving.steps();
    }

    @Override
    public void close() {
        arena.close();
    }
}
