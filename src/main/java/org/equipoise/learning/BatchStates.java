package org.equipoise.learning;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * What learning needs of a whole batch: its images and targets, the outputs of the free phase, and the states at the ends of
 * the two phases that the gradient compares.
 */
public final class BatchStates implements AutoCloseable {
    private final OffHeapArena arena;
    private final FloatTensor target;
    private final FloatTensor output;
    private final List<FloatTensor> positive = new ArrayList<>();
    private final List<FloatTensor> negative = new ArrayList<>();

    /**
     * @param topology the network
     * @param ledger where the memory is entered
     * @param images the most images of a batch
     */
    public BatchStates(Topology topology, Ledger ledger, int images) {
        this.arena = ledger.open(plan(topology, images));
        FloatTensor image = new FloatTensor(arena.segment("image"), topology.layout(0), images);
        this.target = new FloatTensor(arena.segment("target"), topology.output(), images);
        this.output = new FloatTensor(arena.segment("output"), topology.output(), images);
        positive.add(image);
        negative.add(image);
        for (int l = 1; l <= topology.connections().size(); l++) {
            positive.add(new FloatTensor(arena.segment("l" + l + ".positive"), topology.layout(l), images));
            negative.add(new FloatTensor(arena.segment("l" + l + ".negative"), topology.layout(l), images));
        }
    }

    /**
     * @param topology the network
     * @param images the most images of a batch
     * @return the memory it takes
     */
    public static MemoryPlan plan(Topology topology, int images) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("batch");
        plan.floats(Account.STATES, "image", FloatTensor.floatsNeeded(topology.layout(0), images));
        plan.floats(Account.STATES, "target", FloatTensor.floatsNeeded(topology.output(), images));
        plan.floats(Account.STATES, "output", FloatTensor.floatsNeeded(topology.output(), images));
        for (int l = 1; l <= topology.connections().size(); l++) {
            long floats = FloatTensor.floatsNeeded(topology.layout(l), images);
            plan.floats(Account.STATES, "l" + l + ".positive", floats);
            plan.floats(Account.STATES, "l" + l + ".negative", floats);
        }
        return plan.build();
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

    @Override
    public void close() {
        arena.close();
    }
}
