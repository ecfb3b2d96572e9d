package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Topology;
import org.equipoise.tensor.Exchange;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * The tensors that belong to the images of a tile. They are cleared, saved and restored together, and images that change places do so in
 * all of them.
 */
final class TileTensors {
    /** How long the values of a tensor last. */
    enum Lifetime {
        /** The state: zero at the start of a free phase, saved and gone back to. */
        STATE,
        /** Follows from the state: as the state, but nothing goes back to it. */
        DERIVED,
        /** Whoever asked for the tensor sets it, and only he. */
        GIVEN
    }

    private record Saved(LayerTensor state, LayerTensor copy) {}

    private final MemoryScope memory;
    private final Topology topology;
    private final int images;
    private final boolean savesState;
    private final List<LayerTensor> all = new ArrayList<>();
    private final List<LayerTensor> cleared = new ArrayList<>();
    private final List<Saved> saved = new ArrayList<>();
    private final Exchange exchange = new Exchange();

    /**
     * @param memory where the memory comes from
     * @param topology the network
     * @param images the most images of the tile
     * @param savesState whether there is room for a copy of the state
     */
    TileTensors(MemoryScope memory, Topology topology, int images, boolean savesState) {
        this.memory = memory;
        this.topology = topology;
        this.images = images;
        this.savesState = savesState;
    }

    MemoryScope memory() {
        return memory;
    }

    Topology topology() {
        return topology;
    }

    /** {@return the most images of the tile} */
    int images() {
        return images;
    }

    /** {@return the name of a piece of a layer's memory} */
    static String name(int layer, String part) {
        return "l" + layer + "." + part;
    }

    /** {@return numbers of a layer, 0 being the image} */
    FloatTensor floats(int layer, String part, Lifetime lifetime) {
        return floats(name(layer, part), topology.layout(layer), lifetime);
    }

    FloatTensor floats(String name, LayerLayout layout, Lifetime lifetime) {
        FloatTensor tensor = FloatTensor.in(memory, Account.STATES, name, layout, images);
        if (lifetime == Lifetime.STATE && savesState) {
            saved.add(new Saved(tensor, FloatTensor.in(memory, Account.STATES, name + ".saved", layout, images)));
        }
        return added(tensor, lifetime);
    }

    /** {@return packed spikes of a layer, 0 being the image} */
    SpikeTensor spikes(int layer, String part, Lifetime lifetime) {
        return spikes(name(layer, part), topology.layout(layer), lifetime);
    }

    SpikeTensor spikes(String name, LayerLayout layout, Lifetime lifetime) {
        SpikeTensor tensor = SpikeTensor.in(memory, name, layout, images);
        if (lifetime == Lifetime.STATE && savesState) {
            saved.add(new Saved(tensor, SpikeTensor.in(memory, name + ".saved", layout, images)));
        }
        return added(tensor, lifetime);
    }

    private <T extends LayerTensor> T added(T tensor, Lifetime lifetime) {
        all.add(tensor);
        if (lifetime != Lifetime.GIVEN) {
            cleared.add(tensor);
        }
        return tensor;
    }

    /** Starts the first images over. */
    void clear(int count) {
        cleared.forEach(tensor -> tensor.clear(count));
    }

    /** Keeps a copy of the state of the first images. */
    void save(int count) {
        requireRoom();
        saved.forEach(pair -> pair.copy().copyFrom(0, pair.state(), 0, count));
    }

    /** Goes back to the copy. */
    void restore(int count) {
        requireRoom();
        saved.forEach(pair -> pair.state().copyFrom(0, pair.copy(), 0, count));
    }

    private void requireRoom() {
        if (!savesState) {
            throw new IllegalStateException("The tile was opened without room to go back to a state");
        }
    }

    /** Lets two images change places. */
    void exchange(int image, int other) {
        all.forEach(tensor -> tensor.exchange(image, other, exchange));
    }
}
