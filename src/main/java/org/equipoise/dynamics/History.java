package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * One quantity of several layers, for a batch of images and several steps: for each layer a tensor in every slot.
 *
 * @param <T> numbers, or one bit a neuron
 * @param layers by number, 0 for the image; null where the quantity does not exist
 */
record History<T extends LayerTensor>(List<@Nullable Slots<T>> layers) {
    /**
     * The tensors of one layer, one after the other.
     *
     * @param memory of all slots
     * @param bytes of a slot
     * @param count how many slots; one that is alone serves all steps
     * @param tensor makes a tensor of the memory of a slot
     */
    record Slots<T>(MemorySegment memory, long bytes, int count, Function<MemorySegment, T> tensor) {
        T at(int slot) {
            return tensor.apply(memory.asSlice(count == 1 ? 0 : slot * bytes, bytes));
        }
    }

    /** Makes the slots of one layer. */
    @FunctionalInterface
    private interface Layer<T> {
        Slots<T> of(int number, String name, LayerLayout layout);
    }

    private static <T extends LayerTensor> History<T> of(
            String part, List<@Nullable LayerLayout> layouts, Layer<T> layer) {
        List<@Nullable Slots<T>> layers = new ArrayList<>();
        for (int l = 0; l < layouts.size(); l++) {
            LayerLayout layout = layouts.get(l);
            layers.add(layout == null ? null : layer.of(l, "l" + l + "." + part, layout));
        }
        return new History<>(layers);
    }

    /**
     * @param memory where its memory comes from
     * @param account what it is for
     * @param part the quantity's name, unique within the owner
     * @param layouts of the layers by number, null for those without
     * @param images images of a tensor
     * @param slots how many tensors of each layer
     * @return numbers
     */
    static History<FloatTensor> floats(
            MemoryScope memory,
            Account account,
            String part,
            List<@Nullable LayerLayout> layouts,
            int images,
            int slots) {
        return of(part, layouts, (layer, name, layout) -> {
            long floats = FloatTensor.floatsNeeded(layout, images);
            return new Slots<>(
                    memory.floats(account, name, floats, slots),
                    floats * Float.BYTES,
                    slots,
                    slot -> new FloatTensor(slot, layout, images));
        });
    }

    /** As {@link #floats}, of one bit a neuron. */
    static History<SpikeTensor> bits(
            MemoryScope memory,
            Account account,
            String part,
            List<@Nullable LayerLayout> layouts,
            int images,
            int slots) {
        return of(part, layouts, (layer, name, layout) -> bits(memory, account, name, layout, images, slots));
    }

    private static Slots<SpikeTensor> bits(
            MemoryScope memory, Account account, String name, LayerLayout layout, int images, int slots) {
        long words = SpikeTensor.wordsNeeded(layout, images);
        return new Slots<>(
                memory.words(account, name, words, slots),
                words * Long.BYTES,
                slots,
                slot -> new SpikeTensor(slot, layout, images));
    }

    /**
     * @param memory where its memory comes from
     * @param topology the network
     * @param images images of a tensor
     * @param stillImage whether the image sends the same in every step, so that the first layer's winners take one slot for all steps
     * @param slots how many steps
     * @return the winners of every maximum pooling on a tape, one bit for each neuron of a convolution's map
     */
    static History<SpikeTensor> winners(
            MemoryScope memory, Topology topology, int images, boolean stillImage, int slots) {
        List<@Nullable LayerLayout> maps = new ArrayList<>();
        maps.add(null);
        for (int l = 1; l <= topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            maps.add(window == null ? null : window.convolved());
        }
        return of(
                "tape.winners",
                maps,
                (layer, name, map) ->
                        bits(memory, Account.TAPE, name, map, images, stillImage && layer == 1 ? 1 : slots));
    }

    /** {@return the layouts of the image and of all layers of neurons} */
    static List<@Nullable LayerLayout> withImage(Topology topology) {
        List<@Nullable LayerLayout> layouts = new ArrayList<>();
        for (int l = 0; l <= topology.depth(); l++) {
            layouts.add(topology.layout(l));
        }
        return layouts;
    }

    /** {@return the layouts of all layers of neurons} */
    static List<@Nullable LayerLayout> neurons(Topology topology) {
        List<@Nullable LayerLayout> layouts = withImage(topology);
        layouts.set(0, null);
        return layouts;
    }

    /** {@return the tensor of a layer in a slot, null where the layer has none} */
    @Nullable
    T find(int slot, int layer) {
        Slots<T> slots = layers.get(layer);
        return slots == null ? null : slots.at(slot);
    }

    T at(int slot, int layer) {
        return Objects.requireNonNull(find(slot, layer));
    }

    /** {@return the tensor of a layer in a history of one slot} */
    T at(int layer) {
        return at(0, layer);
    }

    /** Copies all layers of some images from a slot of another history of the same layers. */
    void copy(int slot, History<T> from, int fromSlot, Tile tile) {
        for (int l = 0; l < layers.size(); l++) {
            T source = from.find(fromSlot, l);
            if (source != null) {
                at(slot, l).copyFrom(tile.first(), source, tile.first(), tile.count());
            }
        }
    }

    /** Sets all layers of some images to zero. */
    void clear(int slot, Tile tile) {
        for (int l = 0; l < layers.size(); l++) {
            T tensor = find(slot, l);
            if (tensor != null) {
                long first = tensor.imageOffset(tile.first());
                tensor.segment()
                        .asSlice(first, tensor.imageOffset(tile.end()) - first)
                        .fill((byte) 0);
            }
        }
    }
}
