package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.StateKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** What one connection adds to the currents of the layers at its ends, from the activations at the other. */
sealed interface DenseRoute {
    /**
     * @param tensors where the memory comes from
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @return the routes of all connections between layers
     */
    static List<DenseRoute> ofEach(TileTensors tensors, Parameters parameters, Kernels kernels) {
        PoolingBuffers buffers =
                PoolingBuffers.in(tensors.memory(), tensors.topology(), new Tiling(1, tensors.images()));
        List<DenseRoute> routes = new ArrayList<>();
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            ConnectionParameters connection = parameters.connections().get(l - 1);
            PoolingWindow window = connection.connection().maximum();
            routes.add(
                    window == null
                            ? new Direct(connection, kernels.states())
                            : new Maximum(
                                    connection,
                                    window,
                                    kernels,
                                    buffers.map(0, window),
                                    tensors.spikes(
                                            TileTensors.name(l, "winners"), window.convolved(), Lifetime.GIVEN)));
        }
        return routes;
    }

    /** {@return the connection} */
    ConnectionParameters parameters();

    /** {@return the winners of maximum pooling that were noted last, null where there is none} */
    @Nullable
    SpikeTensor winners();

    /** {@return whether winners are those of the activations, and not of what is sent} */
    default boolean winnersAreOfStates() {
        return parameters().connection().winners() != Winners.SENT;
    }

    /** {@return whether winners stay those of the free phase in nudge phases} */
    default boolean holdsWinners() {
        return parameters().connection().winners() == Winners.HELD;
    }

    /**
     * Notes the winners of maximum pooling without adding to any current.
     *
     * @param below activations of the layer below
     * @param room what has the layout of the connection's layer, for a group of images at least, overwritten
     * @param images how many images, from the first
     * @return the winners, null where there is no maximum pooling
     */
    @Nullable
    SpikeTensor winners(FloatTensor below, FloatTensor room, int images);

    /**
     * {@code current += P(w ∗ below)}.
     *
     * @param below activations of the layer below
     * @param current current of the connection's layer
     * @param images how many images, from the first
     */
    void forward(FloatTensor below, FloatTensor current, int images);

    /**
     * {@code current += w ⋆ P⁻¹(layer)}; nothing towards the image.
     *
     * @param layer activations of the connection's layer
     * @param current current of the layer below
     * @param images how many images, from the first
     */
    void backward(FloatTensor layer, FloatTensor current, int images);

    /** Sends back as {@link #backward} does, where layers send back at all. */
    default void sendBack(FloatTensor layer, FloatTensor current, int images) {
        if (parameters().feedback() != null) {
            backward(layer, current, images);
        }
    }

    /**
     * {@code layer += P(w ∗ below)} by the winners that were noted last: what is linear there, and the adjoint of {@link #backward} over
     * its gain.
     *
     * @param below deviations of the layer below, or cotangents of its current
     * @param layer what is added to
     * @param images how many images, from the first
     */
    void gather(FloatTensor below, FloatTensor layer, int images);

    /**
     * Weights lead from one layer straight to the other: without pooling, and with pooling that is folded into them.
     *
     * @param parameters the connection
     * @param kernels the arithmetic
     */
    record Direct(ConnectionParameters parameters, StateKernels kernels) implements DenseRoute {
        @Override
        public @Nullable SpikeTensor winners() {
            return null;
        }

        @Override
        public @Nullable SpikeTensor winners(FloatTensor below, FloatTensor room, int images) {
            return null;
        }

        @Override
        public void forward(FloatTensor below, FloatTensor current, int images) {
            kernels.addForward(parameters.connection().geometry(), below, parameters.forward(), current, images);
        }

        @Override
        public void backward(FloatTensor layer, FloatTensor current, int images) {
            WeightBlocks weights = parameters.backward();
            if (weights != null) {
                kernels.addBackward(parameters.connection().geometry(), layer, weights, current, images);
            }
        }

        @Override
        public void gather(FloatTensor below, FloatTensor layer, int images) {
            forward(below, layer, images);
        }
    }

    /**
     * The convolution's map lies between: forward it is pooled by the maximum, which notes the winners, and back the activations go to
     * the winners noted last. Few images at once, so that their map is small and stays near.
     *
     * @param parameters the connection
     * @param window its pooling
     * @param kernels the arithmetic
     * @param map room for the maps of a group of images, which connections share
     * @param winners of the last forward step, for all images
     */
    record Maximum(
            ConnectionParameters parameters,
            PoolingWindow window,
            Kernels kernels,
            FloatTensor map,
            SpikeTensor winners)
            implements DenseRoute {
        @Override
        public void forward(FloatTensor below, FloatTensor current, int images) {
            for (int first = 0; first < images; first += map.images()) {
                int count = Math.min(map.images(), images - first);
                convolve(below.part(first, count), count);
                kernels.pooling().addMaximum(window, map.from(first), current, winners, first, first + count);
            }
        }

        @Override
        public void gather(FloatTensor below, FloatTensor layer, int images) {
            for (int first = 0; first < images; first += map.images()) {
                int count = Math.min(map.images(), images - first);
                convolve(below.part(first, count), count);
                kernels.pooling().addWinners(window, map.from(first), winners, layer, first, first + count);
            }
        }

        @Override
        public SpikeTensor winners(FloatTensor below, FloatTensor room, int images) {
            for (int first = 0; first < images; first += map.images()) {
                int count = Math.min(map.images(), images - first);
                convolve(below.part(first, count), count);
                kernels.pooling().addMaximum(window, map.from(first), room.from(first), winners, first, first + count);
            }
            return winners;
        }

        private void convolve(FloatTensor below, int count) {
            map.clear(count);
            kernels.states().addForward(parameters.connection().geometry(), below, parameters.forward(), map, count);
        }

        @Override
        public void backward(FloatTensor layer, FloatTensor current, int images) {
            WeightBlocks weights = parameters.backward();
            if (weights == null) {
                return;
            }
            for (int first = 0; first < images; first += map.images()) {
                int count = Math.min(map.images(), images - first);
                kernels.pooling().unpool(window, layer, winners, 0, map.from(first), first, first + count);
                kernels.states()
                        .addBackward(
                                parameters.connection().geometry(), map, weights, current.part(first, count), count);
            }
        }
    }
}
