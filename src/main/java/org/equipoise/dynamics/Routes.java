package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.Kernels;
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
 * The two routes by which layers drive each other, apart: what each layer would get from the layer below, {@code P(w ∗ x)}, and from the
 * layer above, {@code w ⋆ P⁻¹(x)}, in the next step if the layers sent x. Settling itself only knows their sum. For measurements.
 *
 * <p>Use: fill {@link #sent} of all layers, {@link #carry}, then read {@link #forward}, {@link #backward} and {@link #winners}.
 */
public final class Routes implements AutoCloseable {
    /** Images whose convolutions' maps lie in memory together. */
    private static final int GROUP = 8;

    private final Topology topology;
    private final OffHeapArena arena;
    private final List<FloatTensor> sent = new ArrayList<>();
    private final List<FloatTensor> forward = new ArrayList<>();
    private final List<FloatTensor> backward = new ArrayList<>();
    private final List<DenseRoute> routes = new ArrayList<>();

    /**
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param ledger where the memory is entered
     * @param owner name of the owner in the ledger
     * @param images the most images
     */
    public Routes(Parameters parameters, Kernels kernels, Ledger ledger, String owner, int images) {
        this.topology = parameters.topology();
        this.arena = ledger.open(plan(topology, owner, images));
        PoolingMemory pooling = new PoolingMemory(arena, images, Math.min(images, GROUP));
        for (int l = 0; l <= topology.depth(); l++) {
            sent.add(tensor(l, "sent", images));
            if (l > 0) {
                forward.add(tensor(l, "forward", images));
                backward.add(tensor(l, "backward", images));
                routes.add(route(parameters.connections().get(l - 1), l, kernels, pooling));
            }
        }
    }

    private static DenseRoute route(ConnectionParameters parameters, int layer, Kernels kernels, PoolingMemory memory) {
        PoolingWindow window = parameters.connection().maximum();
        return window == null
                ? new DenseRoute.Direct(parameters, kernels.states())
                : new DenseRoute.Maximum(
                        parameters, window, kernels, memory.map(window), memory.winners(layer, window));
    }

    /**
     * @param topology the network
     * @param owner name of the owner in the ledger
     * @param images the most images
     * @return the memory they take beside the parameters
     */
    public static MemoryPlan plan(Topology topology, String owner, int images) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        for (int l = 0; l <= topology.depth(); l++) {
            long floats = FloatTensor.floatsNeeded(topology.layout(l), images);
            plan.floats(Account.STATES, SpikingLayer.name(l, "sent"), floats);
            if (l > 0) {
                plan.floats(Account.STATES, SpikingLayer.name(l, "forward"), floats);
                plan.floats(Account.STATES, SpikingLayer.name(l, "backward"), floats);
            }
        }
        PoolingMemory.plan(plan, topology, images, Math.min(images, GROUP));
        return plan.build();
    }

    private FloatTensor tensor(int layer, String part, int images) {
        return new FloatTensor(arena.segment(SpikingLayer.name(layer, part)), topology.layout(layer), images);
    }

    /**
     * @param layer 0 for the image, the network's depth for the last layer of neurons
     * @return what the layer sends both ways, to be filled before {@link #carry}; padding lanes stay zero
     */
    public FloatTensor sent(int layer) {
        return sent.get(layer);
    }

    /**
     * Carries what the layers send over all connections between layers, forward first, so that maximum pooling unpools to the winners of
     * the same step.
     *
     * @param images how many images, from the first
     */
    public void carry(int images) {
        for (int l = 1; l <= topology.depth(); l++) {
            forward.get(l - 1).clear(images);
            backward.get(l - 1).clear(images);
            routes.get(l - 1).forward(sent.get(l - 1), forward.get(l - 1), images);
            if (l > 1) {
                routes.get(l - 1).backward(sent.get(l), backward.get(l - 2), images);
            }
        }
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return {@code P(w ∗ x)} from the layer below
     */
    public FloatTensor forward(int layer) {
        return forward.get(layer - 1);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return {@code w ⋆ P⁻¹(x)} from the layer above, zero in the last layer
     */
    public FloatTensor backward(int layer) {
        return backward.get(layer - 1);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return the winners of the maximum pooling before that layer, one bit for each neuron of the convolution's map; null where there is
     *     no such pooling
     */
    public @Nullable SpikeTensor winners(int layer) {
        return routes.get(layer - 1) instanceof DenseRoute.Maximum maximum ? maximum.winners() : null;
    }

    @Override
    public void close() {
        arena.close();
    }
}
