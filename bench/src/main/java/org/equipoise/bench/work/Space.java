package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/** Where a workload's tensors lie: in the engine's arenas, or in arrays on the heap, which the engine itself never uses. */
public final class Space implements AutoCloseable {
    private final boolean onHeap;
    private final Ledger ledger = Ledger.unlimited();
    private final List<OffHeapArena> arenas = new ArrayList<>();
    private final List<MemorySegment> segments = new ArrayList<>();

    private Space(boolean onHeap) {
        this.onHeap = onHeap;
    }

    /** {@return memory as the engine has it} */
    public static Space offHeap() {
        return new Space(false);
    }

    /** {@return arrays} */
    public static Space onHeap() {
        return new Space(true);
    }

    /** {@return everything given out so far but scratch, in order} */
    List<MemorySegment> segments() {
        return List.copyOf(segments);
    }

    MemorySegment floats(long count) {
        return onHeap
                ? kept(MemorySegment.ofArray(new float[Math.toIntExact(count)]))
                : opened(MemoryPlan.ownedBy("bench").floats(Account.STATES, "floats", count));
    }

    FloatTensor floats(LayerLayout layout, int images) {
        return new FloatTensor(floats(FloatTensor.floatsNeeded(layout, images)), layout, images);
    }

    WeightBlocks weights(int rows, int lanes) {
        return new WeightBlocks(floats(WeightBlocks.weightsNeeded(rows, lanes)), rows, lanes);
    }

    SpikeTensor spikes(LayerLayout layout, int images) {
        long words = SpikeTensor.wordsNeeded(layout, images);
        MemorySegment segment = onHeap
                ? kept(MemorySegment.ofArray(new long[Math.toIntExact(words)]))
                : opened(MemoryPlan.ownedBy("bench").words(Account.SPIKES, "words", words));
        return new SpikeTensor(segment, layout, images);
    }

    SpikeEvents events(LayerLayout layout, int images) {
        return new SpikeEvents(
                ints(SpikeEvents.numbersNeeded(layout, images)), ints(SpikeEvents.startsNeeded(layout, images)));
    }

    /** Scratch, in which an implementation may leave what it likes. */
    private MemorySegment ints(long count) {
        return onHeap
                ? MemorySegment.ofArray(new int[Math.toIntExact(count)])
                : room(MemoryPlan.ownedBy("bench").ints(Account.SCRATCH, "ints", count));
    }

    private MemorySegment opened(MemoryPlan.Builder plan) {
        return kept(room(plan));
    }

    private MemorySegment room(MemoryPlan.Builder plan) {
        OffHeapArena arena = ledger.open(plan.build());
        arenas.add(arena);
        return arena.segment(arena.plan().reservations().getFirst().name());
    }

    private MemorySegment kept(MemorySegment segment) {
        segments.add(segment);
        return segment;
    }

    @Override
    public void close() {
        arenas.forEach(OffHeapArena::close);
    }
}
