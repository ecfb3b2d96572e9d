package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.LeakyKernels.LeakyState;
import org.equipoise.kernel.LeakyStep;
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
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Settling of leaky integrate-and-fire neurons (after EqSpike: Martin et al. 2021): layers exchange spikes, and the activations that are
 * read, nudged and learnt from are firing rates, the spikes filtered by a low pass.
 *
 * <p>In a step, hidden layers send the spikes of the step before and the image those of this step, as in {@link SpikingSettling}. The
 * pixels' encoders start at potentials spread evenly over a spike, so that pixels of one brightness do not all fire at once.
 */
public final class LifSettling implements Settling {
    /** Images whose convolutions' maps lie in memory together. */
    private static final int GROUP = 8;

    private static final String SAVED = "v.remembered";

    /** Multiples of the golden section, modulo 1, fill an interval evenly however many there are. */
    private static final double GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

    private final LeakyStep constants;
    private final Topology topology;
    private final List<ConnectionParameters> connections;
    private final Kernels kernels;
    private final OffHeapArena arena;
    private final FloatTensor image;
    private final FloatTensor imagePotential;
    /** Null where nothing goes back to a state. */
    private final @Nullable FloatTensor savedPotential;

    private final FloatTensor imageSpikes;
    private final List<LeakyLayer> layers = new ArrayList<>();
    private final List<DenseRoute> routes = new ArrayList<>();
    private final Readout readout;
    private final long[] spikes;
    private final ActiveImages moving;
    private int images;

    LifSettling(
            NeuronSettings.Lif neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            String owner,
            int images,
            boolean savesState) {
        this.constants = new LeakyStep(1f - neuron.leak(), neuron.threshold(), neuron.filter());
        this.topology = parameters.topology();
        this.connections = parameters.connections();
        this.kernels = kernels;
        this.arena = ledger.open(plan(settle, topology, owner, images, savesState));
        this.image = imageTensor("x", images);
        this.imagePotential = imageTensor("v", images);
        this.savedPotential = savesState ? imageTensor(SAVED, images) : null;
        this.imageSpikes = imageTensor("q", images);
        PoolingMemory pooling = new PoolingMemory(arena, images, Math.min(images, GROUP));
        for (int l = 1; l <= topology.depth(); l++) {
            layers.add(LeakyLayer.of(arena, topology.layout(l), l, images, savesState));
            routes.add(route(connections.get(l - 1), l, pooling));
        }
        this.readout = Readout.of(arena, parameters, kernels.states(), images);
        this.spikes = new long[topology.depth() + 1];
        this.moving = moving(settle, images, pooling);
    }

    private FloatTensor imageTensor(String part, int count) {
        return new FloatTensor(arena.segment(SpikingLayer.name(0, part)), topology.layout(0), count);
    }

    private DenseRoute route(ConnectionParameters parameters, int layer, PoolingMemory memory) {
        PoolingWindow window = parameters.connection().maximum();
        return window == null
                ? new DenseRoute.Direct(parameters, kernels.states())
                : new DenseRoute.Maximum(
                        parameters, window, kernels, memory.map(window), memory.winners(layer, window));
    }

    private ActiveImages moving(@Nullable SettleCriterion settle, int most, PoolingMemory pooling) {
        List<FloatTensor> rates = new ArrayList<>();
        List<FloatTensor> values = new ArrayList<>(List.of(image, imagePotential, imageSpikes, readout.target()));
        for (LeakyLayer layer : layers) {
            LeakyState state = layer.state();
            rates.add(state.rate());
            values.addAll(List.of(state.v(), state.q(), state.rate(), state.slow()));
        }
        return new ActiveImages(settle, arena, topology, most, rates, values, pooling.winners(topology));
    }

    static MemoryPlan plan(
            @Nullable SettleCriterion settle, Topology topology, String owner, int images, boolean savesState) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        long pixels = FloatTensor.floatsNeeded(topology.layout(0), images);
        for (String part : savesState ? List.of("x", "v", SAVED, "q") : List.of("x", "v", "q")) {
            plan.floats(Account.STATES, SpikingLayer.name(0, part), pixels);
        }
        for (int l = 1; l <= topology.depth(); l++) {
            LeakyLayer.plan(plan, topology.layout(l), l, images, savesState);
        }
        Readout.plan(plan, topology, images);
        PoolingMemory.plan(plan, topology, images, Math.min(images, GROUP));
        ActiveImages.plan(plan, settle, topology, images);
        return plan.build();
    }

    @Override
    public FloatTensor image() {
        return image;
    }

    @Override
    public FloatTensor target() {
        return readout.target();
    }

    @Override
    public void begin(int imagesInUse) {
        images = imagesInUse;
        moving.begin(images);
        Arrays.fill(spikes, 0);
        imageSpikes.clear(images);
        LayerLayout layout = image.layout();
        for (int n = 0; n < layout.paddedNeurons(); n++) {
            double turns = n * GOLDEN_SECTION;
            float potential = (float) (turns - Math.floor(turns) - 0.5);
            for (int i = 0; i < images; i++) {
                imagePotential.set(i, n, potential);
            }
        }
        for (LeakyLayer layer : layers) {
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
        moving.advance(beta);
        for (int step = 0; step < steps && moving.any(); step++) {
            step(beta == 0f ? null : readout.nudge(beta, rates(topology.depth()), moving.count()), moving.count());
            moving.stepped();
        }
        moving.putBack(steps);
    }

    private void step(@Nullable Nudge nudge, int count) {
        kernels.leaky().encodeImage(image, imagePotential, imageSpikes, count);
        for (LeakyLayer layer : layers) {
            layer.current().clear(count);
        }
        // A connection carries forward before it carries back, so that its winners are those of this step.
        for (int l = 1; l <= topology.depth(); l++) {
            routes.get(l - 1).forward(spikes(l - 1), layer(l).current(), count);
            if (l > 1) {
                routes.get(l - 1).backward(spikes(l), layer(l - 1).current(), count);
            }
        }
        for (int l = 1; l <= topology.depth(); l++) {
            kernels.leaky()
                    .step(
                            constants,
                            layer(l).current(),
                            connections.get(l - 1).bias(),
                            l == topology.depth() ? nudge : null,
                            layer(l).state(),
                            count);
        }
        for (int l = 0; l <= topology.depth(); l++) {
            spikes[l] += fired(spikes(l), count);
        }
    }

    private static long fired(FloatTensor spikes, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            for (int n = 0; n < spikes.layout().paddedNeurons(); n++) {
                sum += (long) spikes.get(i, n);
            }
        }
        return sum;
    }

    private LeakyLayer layer(int number) {
        return layers.get(number - 1);
    }

    private FloatTensor rates(int layer) {
        return layer(layer).state().rate();
    }

    /**
     * @param layer 0 for the image
     * @return its spikes in the last step, 1 or 0
     */
    public FloatTensor spikes(int layer) {
        return layer == 0 ? imageSpikes : layer(layer).state().q();
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return its state after the last step
     */
    public LeakyState state(int layer) {
        return layer(layer).state();
    }

    /** {@return the constants of a step} */
    public LeakyStep constants() {
        return constants;
    }

    @Override
    public void invalidateWeights() {
        // Nothing is kept that was computed with weights.
    }

    private FloatTensor kept() {
        if (savedPotential == null) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
        return savedPotential;
    }

    @Override
    public void saveState() {
        moving.endPhase();
        kept().copyFrom(0, imagePotential, 0, images);
        for (LeakyLayer layer : layers) {
            layer.saveState(images);
        }
    }

    @Override
    public void restoreState() {
        moving.endPhase();
        imagePotential.copyFrom(0, kept(), 0, images);
        for (LeakyLayer layer : layers) {
            layer.restoreState(images);
        }
    }

    @Override
    public FloatTensor states(int layer) {
        return layer == 0 ? image : rates(layer);
    }

    @Override
    public @Nullable SpikeTensor winners(int layer) {
        return routes.get(layer - 1) instanceof DenseRoute.Maximum maximum ? maximum.winners() : null;
    }

    @Override
    public FloatTensor output() {
        return readout.output(rates(topology.depth()), images);
    }

    @Override
    public FloatTensor postsynaptic(int layer, float beta) {
        return layer <= topology.depth() ? states(layer) : readout.pull(beta, rates(topology.depth()), images);
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
