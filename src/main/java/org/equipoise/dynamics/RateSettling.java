package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Settling of rate neurons: layers exchange their activations (the convergent RNN).
 *
 * <p>Maximum pooling and its inverse use the winners of the same step, {@code argmax} of {@code w ∗ s} at the activations of the step
 * before: so a step follows the exact derivative of the energy there, as in Ernoult 2019 and Laborieux 2021.
 */
public final class RateSettling implements Settling {
    /** Images whose convolutions' maps lie in memory together. */
    private static final int GROUP = 8;

    private static final String SAVED = "s.remembered";

    private final NeuronSettings.Rate neuron;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final OffHeapArena arena;
    private final List<FloatTensor> states = new ArrayList<>();
    /** Empty where nothing goes back to a state. */
    private final List<FloatTensor> remembered = new ArrayList<>();

    private final List<FloatTensor> currents = new ArrayList<>();
    private final List<DenseRoute> routes = new ArrayList<>();
    private final FloatTensor imageCurrent;
    private final Readout readout;
    private final @Nullable OutsideNudge outside;
    private final ActiveImages moving;
    private int images;
    private int step;
    private int rememberedStep;

    RateSettling(
            NeuronSettings.Rate neuron,
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
        this.arena = ledger.open(plan(neuron, settle, topology, owner, images, savesState));
        for (int l = 0; l <= topology.depth(); l++) {
            states.add(tensor(l, "s", images));
            if (l > 0 && savesState) {
                remembered.add(tensor(l, SAVED, images));
            }
            if (l > 0) {
                currents.add(tensor(l, "current", images));
            }
        }
        PoolingMemory pooling = new PoolingMemory(arena, images, Math.min(images, GROUP));
        for (int l = 1; l <= topology.depth(); l++) {
            routes.add(route(connections.get(l - 1), l, pooling));
        }
        this.imageCurrent = new FloatTensor(arena.segment("image current"), topology.layout(1), images);
        this.readout = Readout.of(arena, parameters, kernels.states(), images);
        this.outside = neuron.nudging() == Nudging.OUTSIDE ? OutsideNudge.of(arena, topology, images) : null;
        List<FloatTensor> values = new ArrayList<>(states);
        values.add(imageCurrent);
        values.add(readout.target());
        this.moving = new ActiveImages(
                settle, arena, topology, images, states.subList(1, states.size()), values, pooling.winners(topology));
    }

    private DenseRoute route(ConnectionParameters parameters, int layer, PoolingMemory memory) {
        PoolingWindow window = parameters.connection().maximum();
        return window == null
                ? new DenseRoute.Direct(parameters, kernels.states())
                : new DenseRoute.Maximum(
                        parameters, window, kernels, memory.map(window), memory.winners(layer, window));
    }

    static MemoryPlan plan(
            NeuronSettings.Rate neuron,
            @Nullable SettleCriterion settle,
            Topology topology,
            String owner,
            int images,
            boolean savesState) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        for (int l = 0; l <= topology.depth(); l++) {
            long floats = FloatTensor.floatsNeeded(topology.layout(l), images);
            plan.floats(Account.STATES, SpikingLayer.name(l, "s"), floats);
            if (l > 0 && savesState) {
                plan.floats(Account.STATES, SpikingLayer.name(l, SAVED), floats);
            }
            if (l > 0) {
                plan.floats(Account.STATES, SpikingLayer.name(l, "current"), floats);
            }
        }
        plan.floats(Account.STATES, "image current", FloatTensor.floatsNeeded(topology.layout(1), images));
        Readout.plan(plan, topology, images);
        if (neuron.nudging() == Nudging.OUTSIDE) {
            OutsideNudge.plan(plan, topology, images);
        }
        PoolingMemory.plan(plan, topology, images, Math.min(images, GROUP));
        ActiveImages.plan(plan, settle, topology, images);
        return plan.build();
    }

    private FloatTensor tensor(int layer, String part, int count) {
        return new FloatTensor(arena.segment(SpikingLayer.name(layer, part)), topology.layout(layer), count);
    }

    @Override
    public FloatTensor image() {
        return states.getFirst();
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
        for (int l = 1; l <= topology.depth(); l++) {
            states.get(l).clear(images);
        }
        sendImage();
    }

    /** The image does not move, so its share of the first layer's current is the same in every step until weights move. */
    private void sendImage() {
        imageCurrent.clear(images);
        routes.getFirst().forward(image(), imageCurrent, images);
    }

    @Override
    public void invalidateWeights() {
        sendImage();
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
            step(beta == 0f ? null : readout.nudge(beta, states.getLast(), moving.count()), moving.count());
            moving.stepped();
        }
        step = end;
        moving.putBack(steps);
    }

    private void step(@Nullable Nudge nudge, int count) {
        step++;
        float epsilon = neuron.epsilon().at(step);
        sumCurrents(count);
        for (int l = 1; l < topology.depth(); l++) {
            stepLayer(l, epsilon, null, count);
        }
        if (outside != null && nudge != null) {
            outside.keep(nudge, epsilon, states.getLast(), count);
            stepLayer(topology.depth(), epsilon, null, count);
            outside.add(states.getLast(), count);
        } else {
            stepLayer(topology.depth(), epsilon, nudge, count);
        }
    }

    private void stepLayer(int layer, float epsilon, @Nullable Nudge nudge, int count) {
        kernels.neurons()
                .stepRate(
                        epsilon,
                        neuron.activation(),
                        currents.get(layer - 1),
                        connections.get(layer - 1).bias(),
                        nudge,
                        states.get(layer),
                        count);
    }

    /**
     * A layer's current is what the layer below sends, then what the layer above does. A connection carries forward before it carries
     * back, so that its winners are those of this step.
     */
    private void sumCurrents(int count) {
        currents.getFirst().copyFrom(0, imageCurrent, 0, count);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor sent = states.get(l);
            if (l < topology.depth()) {
                currents.get(l).clear(count);
                routes.get(l).forward(sent, currents.get(l), count);
            }
            if (l > 1) {
                routes.get(l - 1).backward(sent, currents.get(l - 2), count);
            }
        }
    }

    @Override
    public void saveState() {
        rememberedStep = step;
        moving.endPhase();
        for (int l = 1; l <= topology.depth(); l++) {
            remembered(l).copyFrom(0, states.get(l), 0, images);
        }
    }

    private FloatTensor remembered(int layer) {
        if (remembered.isEmpty()) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
        return remembered.get(layer - 1);
    }

    @Override
    public void restoreState() {
        step = rememberedStep;
        moving.endPhase();
        for (int l = 1; l <= topology.depth(); l++) {
            states.get(l).copyFrom(0, remembered(l), 0, images);
        }
    }

    @Override
    public FloatTensor states(int layer) {
        return states.get(layer);
    }

    @Override
    public @Nullable SpikeTensor winners(int layer) {
        return routes.get(layer - 1) instanceof DenseRoute.Maximum maximum ? maximum.winners() : null;
    }

    @Override
    public FloatTensor output() {
        return readout.output(states.getLast(), images);
    }

    @Override
    public FloatTensor postsynaptic(int layer, float beta) {
        return layer <= topology.depth() ? states(layer) : readout.pull(beta, states.getLast(), images);
    }

    @Override
    public void countSpikes(long[] fired, long[] opportunities) {
        // Rate neurons send activations, not spikes.
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
