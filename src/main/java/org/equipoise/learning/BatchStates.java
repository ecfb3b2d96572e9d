package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.StateMean;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * What learning needs of a whole batch: its images and targets, the outputs of the free phase, and the states at the ends of
 * the two phases that the gradient compares, with the winners of maximum pooling in the last step of each.
 */
public final class BatchStates implements AutoCloseable {
    private final Topology topology;
    private final MemoryScope.Holding memory;
    private final FloatTensor target;
    private final FloatTensor output;
    private final List<FloatTensor> positive = new ArrayList<>();
    private final List<FloatTensor> negative = new ArrayList<>();
    private final List<@Nullable SpikeTensor> positiveWinners = new ArrayList<>();
    private final List<@Nullable SpikeTensor> negativeWinners = new ArrayList<>();

    private BatchStates(MemoryScope memory, Topology topology, int images) {
        this.topology = topology;
        this.memory = memory.holding();
        FloatTensor image = states(memory, "image", topology.layout(0), images);
        this.target = states(memory, "target", topology.output(), images);
        this.output = states(memory, "output", topology.output(), images);
        positive.add(image);
        negative.add(image);
        for (int l = 1; l <= topology.connections().size(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            positive.add(states(memory, "l" + l + ".positive", topology.layout(l), images));
            negative.add(states(memory, "l" + l + ".negative", topology.layout(l), images));
            positiveWinners.add(winners(memory, "l" + l + ".positive.winners", window, images));
            negativeWinners.add(winners(memory, "l" + l + ".negative.winners", window, images));
        }
    }

    private static FloatTensor states(MemoryScope memory, String name, LayerLayout layout, int images) {
        return FloatTensor.in(memory, Account.STATES, name, layout, images);
    }

    private static @Nullable SpikeTensor winners(
            MemoryScope memory, String name, @Nullable PoolingWindow window, int images) {
        return window == null ? null : SpikeTensor.in(memory, name, window.convolved(), images);
    }

    /**
     * @param memory where the memory of the whole comes from that they are a part of
     * @param topology the network
     * @param images the most images of a batch
     * @return states of zero
     */
    public static BatchStates in(MemoryScope memory, Topology topology, int images) {
        return memory.part("batch", part -> new BatchStates(part, topology, images));
    }

    /** {@return the number of layers of neurons} */
    int depth() {
        return topology.depth();
    }

    /** {@return the clamped images, in [0, 1]} */
    public FloatTensor image() {
        return positive.getFirst();
    }

    /** {@return the targets y} */
    public FloatTensor target() {
        return target;
    }

    /** {@return the output at the end of the free phase: activations or logits} */
    public FloatTensor output() {
        return output;
    }

    /**
     * @param layer 0 for the image
     * @return activations at the end of the phase that counts positively; of a readout, {@code β (y − softmax(logits))}
     */
    public FloatTensor positive(int layer) {
        return positive.get(layer);
    }

    /**
     * @param layer 0 for the image
     * @return activations at the end of the phase that counts negatively; of a readout, the same with its β
     */
    public FloatTensor negative(int layer) {
        return negative.get(layer);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return winners of the pooling before it in the last step of the phase that counts positively, null without maximum pooling
     */
    public @Nullable SpikeTensor positiveWinners(int layer) {
        return positiveWinners.get(layer - 1);
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return winners of the pooling before it in the last step of the phase that counts negatively, null without maximum pooling
     */
    public @Nullable SpikeTensor negativeWinners(int layer) {
        return negativeWinners.get(layer - 1);
    }

    /**
     * Keeps the states at the end of a phase.
     *
     * @param settling a tile that has just gone through the phase
     * @param firstImage the batch's image that is the tile's first
     * @param count how many images the tile holds
     * @param beta β of the phase, 0 of a free one
     * @param counting how it counts
     */
    public void keep(Settling settling, int firstImage, int count, float beta, Counting counting) {
        keep(settling, firstImage, count, beta, counting, StateMean.LAST_STEP);
    }

    /**
     * Keeps the states at the end of a phase, or their mean over its last steps: to be called after each of these. Winners are those
     * at the last activations.
     *
     * @param settling a tile that is at the end of the phase
     * @param firstImage the batch's image that is the tile's first
     * @param count how many images the tile holds
     * @param beta β of the phase, 0 of a free one
     * @param counting how it counts
     * @param mean which of the steps has been taken
     */
    public void keep(Settling settling, int firstImage, int count, float beta, Counting counting, StateMean mean) {
        boolean positively = counting == Counting.POSITIVE;
        for (int l = 1; l <= topology.connections().size(); l++) {
            FloatTensor kept = positively ? positive(l) : negative(l);
            mean.include(kept, firstImage, settling.postsynaptic(l, beta), count);
        }
        if (mean.number() < mean.steps() - 1) {
            return; // winners are those of the last step, and cost a convolution to find
        }
        for (int l = 1; l <= topology.depth(); l++) {
            SpikeTensor winners = settling.winners(l);
            SpikeTensor kept = positively ? positiveWinners(l) : negativeWinners(l);
            if (winners != null && kept != null) {
                kept.copyFrom(firstImage, winners, 0, count);
            }
        }
    }

    /**
     * Copies what another batch holds of the two phases.
     *
     * @param other states of the same images
     * @param images how many images of the batch
     */
    void copyPhases(BatchStates other, int images) {
        for (int l = 1; l <= topology.connections().size(); l++) {
            positive(l).copyFrom(0, other.positive(l), 0, images);
            negative(l).copyFrom(0, other.negative(l), 0, images);
            copy(positiveWinners(l), other.positiveWinners(l), images);
            copy(negativeWinners(l), other.negativeWinners(l), images);
        }
    }

    /**
     * Lets an image contribute nothing: the phase that counts negatively becomes the other one, bit for bit.
     *
     * @param image which image of the batch
     */
    void cancel(int image) {
        for (int l = 1; l <= topology.connections().size(); l++) {
            negative(l).copyFrom(image, positive(l), image, 1);
            SpikeTensor from = positiveWinners(l);
            SpikeTensor to = negativeWinners(l);
            if (from != null && to != null) {
                to.copyFrom(image, from, image, 1);
            }
        }
    }

    private static void copy(@Nullable SpikeTensor to, @Nullable SpikeTensor from, int images) {
        if (to != null && from != null) {
            to.copyFrom(0, from, 0, images);
        }
    }

    /**
     * Replaces the states of the two phases, in their place, by {@link #difference} and {@link #mean}, which contrasts are summed from.
     * A difference of near numbers is exact, and so is half a sum unless it underflows.
     *
     * @param workers who shares the work
     * @param images how many images of the batch
     */
    void combine(Workers workers, int images) {
        workers.forEach(images, (worker, image) -> {
            for (int l = 1; l <= topology.connections().size(); l++) {
                combine(positive(l), negative(l), image);
            }
        });
    }

    static void combine(FloatTensor positive, FloatTensor negative, int image) {
        MemorySegment difference = positive.segment();
        MemorySegment mean = negative.segment();
        long start = positive.imageOffset(image);
        int floats = positive.layout().floatStride();
        for (int i = 0; i < floats; i++) {
            long at = start + i * (long) Float.BYTES;
            float plus = difference.get(ValueLayout.JAVA_FLOAT, at);
            float minus = mean.get(ValueLayout.JAVA_FLOAT, at);
            difference.set(ValueLayout.JAVA_FLOAT, at, plus - minus);
            mean.set(ValueLayout.JAVA_FLOAT, at, 0.5f * (plus + minus));
        }
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return after {@link #combine}, the positive phase's states less the negative one's
     */
    FloatTensor difference(int layer) {
        return positive(layer);
    }

    /**
     * @param layer 0 for the image
     * @return after {@link #combine}, the mean of the two phases' states: the image, which both have
     */
    FloatTensor mean(int layer) {
        return negative(layer);
    }

    /** How a phase counts in the contrast. */
    public enum Counting {
        /** Its products are added. */
        POSITIVE,
        /** Its products are taken away. */
        NEGATIVE
    }

    @Override
    public void close() {
        memory.close();
    }
}
