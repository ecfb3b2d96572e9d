package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Settling of spiking neurons: layers exchange packed spikes alone.
 *
 * <p>In a step, hidden layers send the spikes of the step before and the image those of this step.
 *
 * <p>Most spikes can be foretold: a neuron with {@code s > ½} will rather fire than not. Each layer therefore keeps a base, the
 * current that it would receive if exactly the expected neurons fired, and a step adds only what deviates: the rows of neurons that
 * fired unexpectedly, less the rows of those that unexpectedly did not. The base follows the slow changes of what is expected, and
 * is summed afresh at the start of each phase and every {@value #STEPS_OF_A_BASE} steps, which bounds the rounding it gathers.
 */
public final class SpikingSettling implements Settling {
    private static final int STEPS_OF_A_BASE = 256;

    private final NeuronSettings.SigmaDelta neuron;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final OffHeapArena arena;
    private final EncodedImage input;
    private final List<SpikingLayer> layers = new ArrayList<>();
    private final List<Events> events = new ArrayList<>();
    private final FloatTensor target;
    private final long[] spikes;
    private int images;
    private int step;
    private int stepsCounted;
    private int rememberedStep;

    SpikingSettling(
            NeuronSettings.SigmaDelta neuron,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            String owner,
            int images) {
        this.neuron = neuron;
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.arena = ledger.open(plan(topology, owner, images));
        this.input = EncodedImage.of(arena, topology.layout(0), images);
        for (int l = 1; l <= topology.depth(); l++) {
            layers.add(SpikingLayer.of(arena, topology.layout(l), l, images));
        }
        for (int l = 0; l <= topology.depth(); l++) {
            events.add(EventRoom.of(arena, topology.layout(l), images));
        }
        this.target = new FloatTensor(arena.segment("target"), topology.output(), images);
        this.spikes = new long[topology.depth() + 1];
    }

    static MemoryPlan plan(Topology topology, String owner, int images) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        EncodedImage.plan(plan, topology.layout(0), images);
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingLayer.plan(plan, topology.layout(l), l, images);
        }
        EventRoom.plan(plan, topology, images);
        plan.floats(Account.STATES, "target", FloatTensor.floatsNeeded(topology.output(), images));
        return plan.build();
    }

    @Override
    public FloatTensor image() {
        return input.image();
    }

    @Override
    public FloatTensor target() {
        return target;
    }

    @Override
    public void begin(int imagesInUse) {
        images = imagesInUse;
        step = 0;
        stepsCounted = 0;
        Arrays.fill(spikes, 0);
        input.begin(images);
        for (SpikingLayer layer : layers) {
            layer.clear(images);
        }
    }

    @Override
    public void free(int steps) {
        for (int i = 0; i < steps; i++) {
            step(null);
        }
    }

    @Override
    public void nudge(float beta, int steps) {
        Nudge nudge = new Nudge(beta, target);
        for (int i = 0; i < steps; i++) {
            step(nudge);
        }
    }

    private void step(@Nullable Nudge nudge) {
        step++;
        SigmaDeltaStep constants =
                SigmaDeltaStep.of(neuron.lambda().at(step), neuron.epsilon().at(step), neuron.threshold());
        boolean first = step == 1;
        if (step % STEPS_OF_A_BASE == 0) {
            clearBases();
        }
        kernels.neurons().encodeImage(constants, input.image(), first, input.phi(), input.spikes(), images);
        updateBases();
        sumCurrents();
        for (int l = 1; l <= topology.depth(); l++) {
            SpikingLayer layer = layer(l);
            Nudge pull = l == topology.depth() ? nudge : null;
            kernels.neurons()
                    .stepSpiking(
                            constants, layer.current(), connections.get(l - 1).bias(), pull, layer.state(), images);
        }
        countStep();
    }

    private void clearBases() {
        input.assumed().clear(images);
        for (SpikingLayer layer : layers) {
            layer.clearBase(images);
        }
    }

    /** Adds to the bases the rows of neurons that have come to be expected to fire, and takes away those that no longer are. */
    private void updateBases() {
        for (int l = 0; l <= topology.depth(); l++) {
            Events changes = events.get(l);
            kernels.synapses().decode(expected(l), assumed(l), changes, images);
            if (anyEvent(changes)) {
                assumed(l).copyFrom(0, expected(l), 0, images);
                if (l < topology.depth()) {
                    FloatTensor base = layer(l + 1).base();
                    sendForward(l, changes, base, base);
                }
                if (l > 1) {
                    sendBackward(l, changes, layer(l - 1).base());
                }
            }
        }
    }

    private boolean anyEvent(Events changes) {
        for (int image = 0; image < images; image++) {
            if (changes.count(image) > 0) {
                return true;
            }
        }
        return false;
    }

    /** A layer's current is its base, what deviates below, and what deviates above. */
    private void sumCurrents() {
        for (int l = 0; l <= topology.depth(); l++) {
            Events deviations = events.get(l);
            kernels.synapses().decode(spikes(l), assumed(l), deviations, images);
            if (l < topology.depth()) {
                sendForward(l, deviations, layer(l + 1).base(), layer(l + 1).current());
            }
            if (l > 1) {
                sendBackward(l, deviations, layer(l - 1).current());
            }
        }
    }

    private void sendForward(int layer, Events sent, FloatTensor from, FloatTensor to) {
        ConnectionParameters above = connections.get(layer);
        kernels.synapses().addForward(above.connection().geometry(), sent, above.forward(), from, to, images);
    }

    private void sendBackward(int layer, Events sent, FloatTensor to) {
        ConnectionParameters below = connections.get(layer - 1);
        WeightBlocks backward = below.backward();
        if (backward != null) {
            kernels.synapses().addBackward(below.connection().geometry(), sent, backward, to, images);
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

    private void countStep() {
        stepsCounted++;
        for (int l = 0; l <= topology.depth(); l++) {
            spikes[l] += spikes(l).count(images);
        }
    }

    private SpikingLayer layer(int number) {
        return layers.get(number - 1);
    }

    @Override
    public void remember() {
        rememberedStep = step;
        input.rememberedPhi().copyFrom(0, input.phi(), 0, images);
        for (SpikingLayer layer : layers) {
            layer.remember(images);
        }
        clearBases();
    }

    @Override
    public void recall() {
        step = rememberedStep;
        input.phi().copyFrom(0, input.rememberedPhi(), 0, images);
        for (SpikingLayer layer : layers) {
            layer.recall(images);
        }
        clearBases();
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
    public FloatTensor output() {
        return layers.getLast().state().s();
    }

    @Override
    public void countSpikes(long[] fired, long[] opportunities) {
        for (int l = 0; l <= topology.depth(); l++) {
            fired[l] += spikes[l];
            opportunities[l] += (long) topology.layout(l).neurons() * stepsCounted * images;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
