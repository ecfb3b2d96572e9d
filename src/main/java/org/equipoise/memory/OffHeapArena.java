package org.equipoise.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * One contiguous block of native memory, zero-filled, laid out by a {@link MemoryPlan} and entered in a {@link Ledger} until it
 * is closed.
 *
 * <p>It may be used from any thread. Use after {@link #close()} fails with an {@link IllegalStateException}; no access can leave
 * a reservation's bounds.
 */
public final class OffHeapArena implements AutoCloseable {
    private final Ledger ledger;
    private final MemoryPlan plan;
    private final Arena arena;
    private final Map<String, MemorySegment> segments = new HashMap<>();
    private boolean closed;

    OffHeapArena(Ledger ledger, MemoryPlan plan, Arena arena, MemorySegment block) {
        this.ledger = ledger;
        this.plan = plan;
        this.arena = arena;
        long offset = 0;
        for (Reservation reservation : plan.reservations()) {
            segments.put(reservation.name(), block.asSlice(offset, reservation.bytes(), Reservation.ALIGNMENT));
            offset += reservation.alignedBytes();
        }
        AllocationEvent.of(plan);
    }

    /**
     * The memory of one reservation.
     *
     * @param name a reservation of the plan
     * @return its memory: exactly the bytes reserved, 64-byte aligned
     * @throws IllegalArgumentException if the plan has no such reservation
     */
    public MemorySegment segment(String name) {
        MemorySegment segment = segments.get(name);
        if (segment == null) {
            throw new IllegalArgumentException("'" + name + "' is not in the memory plan of " + plan.owner());
        }
        return segment;
    }

    /** {@return the plan this arena was opened from} */
    public MemoryPlan plan() {
        return plan;
    }

    /** Returns the memory to the operating system and strikes it from the ledger; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
            ledger.released(plan);
            ReleaseEvent.of(plan);
        }
    }
}
