package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
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
    private final MemoryScope.Holding memory;

    private final List<FloatTensor> sent = new ArrayList<>();
    private final List<FloatTensor> forward = new ArrayList<>();
    private final List<FloatTensor> backward = new ArrayList<>();
    private final List<DenseRoute> routes;

    private Routes(MemoryScope memory, Parameters parameters, Kernels kernels, int images) {
        this.memory = memory.holding();
        TileTensors tensors = new TileTensors(memory, parameters.topology(), images, false);
        for (int l = 0; l <= parameters.topology().depth(); l++) {
            sent.add(tensors.floats(l, "sent", Lifetime.GIVEN));
            if (l > 0) {
                forward.add(tensors.floats(l, "forward", Lifetime.GIVEN));
                backward.add(tensors.floats(l, "backward", Lifetime.GIVEN));
            }
        }
        this.routes = DenseRoute.ofEach(tensors, parameters, kernels);
    }

    /**
     * @param memory where the memory of the whole comes from that they are a part of
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param owner name of the owner in the ledger
     * @param images the most images
     * @return the routes of a network
     */
    public static Routes in(MemoryScope memory, Parameters parameters, Kernels kernels, String owner, int images) {
        return memory.part(owner, part -> new Routes(part, parameters, kernels, images));
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
     * the same step. Where winners are those of the activations, they are taken from the routes of activations.
     *
     * @param images how many images, from the first
     * @param ofStates the routes of activations, which have carried them; these themselves where they carry activations
     */
    public void carry(int images, Routes ofStates) {
        for (int l = 1; l <= routes.size(); l++) {
            forward.get(l - 1).clear(images);
            backward.get(l - 1).clear(images);
            DenseRoute route = routes.get(l - 1);
            SpikeTensor winners = route.winners();
            SpikeTensor decoded = ofStates.winners(l);
            if (ofStates != this && winners != null && decoded != null && route.winnersAreOfStates()) {
                winners.copyFrom(0, decoded, 0, images);
                route.gather(sent.get(l - 1), forward.get(l - 1), images);
            } else {
                route.forward(sent.get(l - 1), forward.get(l - 1), images);
            }
            if (l > 1) {
                routes.get(l - 1).sendBack(sent.get(l), backward.get(l - 2), images);
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
        return routes.get(layer - 1).winners();
    }

    @Override
    public void close() {
        memory.close();
    }
}
