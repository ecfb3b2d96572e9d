package org.equipoise.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an object gets its off-heap memory from while it is constructed.
 *
 * <p>A constructor that takes a scope describes its memory once, and runs twice: {@link #count} runs it with a scope that only adds up
 * what it asks for, and {@link Ledger#open(Function)} then runs it with one that hands out exactly that. What was predicted and what
 * is held are therefore the same by construction. Two rules follow for such a constructor: it asks for the same pieces each time, and
 * it does not touch the memory it gets, which while counting is {@linkplain #unbacked not there}.
 *
 * <p>{@snippet :
 * States(LayerLayout layout, int images, MemoryScope memory) {
 *     this.s = FloatTensor.in(memory, Account.STATES, "s", layout, images);
 * }
 * }
 */
public final class MemoryScope {
    private static final MemorySegment UNBACKED = MemorySegment.ofArray(new long[0]);

    private final String owner;
    private final Source source;
    private final List<MemoryScope> parts = new ArrayList<>();
    /** While counting: the pieces asked for so far. */
    private final List<Reservation> reservations = new ArrayList<>();

    private @Nullable OffHeapArena arena;

    private MemoryScope(String owner, Source source) {
        this.owner = owner;
        this.source = source;
    }

    /** Where all scopes of one construction get their memory from. Owners come in the order in which each asks for its first piece. */
    private sealed interface Source {
        /** No memory: owners are noted, and their pieces add up. */
        record Counted(List<MemoryScope> owners) implements Source {}

        /** One arena for each owner, those that are left to hand out. */
        record Allocated(Iterator<OffHeapArena> arenas) implements Source {}
    }

    /**
     * Adds up the memory that a constructor asks for, and allocates none of it.
     *
     * @param constructor makes an object, which is thrown away
     * @return a plan for each owner, in the order of the constructor
     */
    public static List<MemoryPlan> count(Function<MemoryScope, ?> constructor) {
        List<MemoryScope> owners = new ArrayList<>();
        var _ = constructor.apply(new MemoryScope("", new Source.Counted(owners)));
        return owners.stream()
                .map(scope -> new MemoryPlan(scope.owner, scope.reservations))
                .toList();
    }

    /** The scope of a second run of a constructor, with an arena for each plan that {@link #count} made. */
    static MemoryScope of(List<OffHeapArena> arenas) {
        return new MemoryScope("", new Source.Allocated(arenas.iterator()));
    }

    /**
     * Gives a part of the object under construction memory of its own, with its own name in the ledger.
     *
     * @param <T> what the part is
     * @param name the owner's name, as shown in reports
     * @param constructor makes the part
     * @return the part
     */
    public <T> T part(String name, Function<MemoryScope, T> constructor) {
        MemoryScope part = new MemoryScope(name, source);
        parts.add(part);
        return constructor.apply(part);
    }

    /** {@return whether memory is only counted, so that none of it may be touched} */
    public boolean counting() {
        return source instanceof Source.Counted;
    }

    /**
     * Tells whether a segment is what a scope gives while it counts.
     *
     * @param segment any memory
     * @return whether it has no bytes, whatever was asked for
     */
    public static boolean unbacked(MemorySegment segment) {
        return UNBACKED.equals(segment);
    }

    /**
     * Asks for float32 values.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param count how many
     * @return their memory, zero-filled and 64-byte aligned
     */
    public MemorySegment floats(Account account, String name, long count) {
        return bytes(account, name, Reservation.bytes(count, Float.BYTES, name));
    }

    /**
     * Asks for several times so many float32 values.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param count how many
     * @param times how often
     * @return their memory, zero-filled and 64-byte aligned
     */
    public MemorySegment floats(Account account, String name, long count, int times) {
        return bytes(account, name, Reservation.bytes(Reservation.bytes(count, Float.BYTES, name), times, name));
    }

    /**
     * Asks for int32 values.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param count how many
     * @return their memory, zero-filled and 64-byte aligned
     */
    public MemorySegment ints(Account account, String name, long count) {
        return bytes(account, name, Reservation.bytes(count, Integer.BYTES, name));
    }

    /**
     * Asks for 64-bit words.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param count how many
     * @return their memory, zero-filled and 64-byte aligned
     */
    public MemorySegment words(Account account, String name, long count) {
        return bytes(account, name, Reservation.bytes(count, Long.BYTES, name));
    }

    /**
     * Asks for several times so many 64-bit words.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param count how many
     * @param times how often
     * @return their memory, zero-filled and 64-byte aligned
     */
    public MemorySegment words(Account account, String name, long count, int times) {
        return bytes(account, name, Reservation.bytes(Reservation.bytes(count, Long.BYTES, name), times, name));
    }

    /**
     * Asks for bytes.
     *
     * @param account what they are for
     * @param name the piece's name, unique within the owner
     * @param bytes how many
     * @return their memory, zero-filled and 64-byte aligned
     * @throws IllegalStateException if the constructor asks for something else than when it was counted
     */
    public MemorySegment bytes(Account account, String name, long bytes) {
        Reservation wanted = new Reservation(account, name, bytes);
        return switch (source) {
            case Source.Counted counted -> {
                if (reservations.isEmpty()) {
                    counted.owners().add(this);
                }
                reservations.add(wanted);
                yield UNBACKED;
            }
            case Source.Allocated allocated -> allocated(allocated.arenas(), wanted);
        };
    }

    private MemorySegment allocated(Iterator<OffHeapArena> arenas, Reservation wanted) {
        OffHeapArena mine = arena;
        if (mine == null) {
            if (!arenas.hasNext()) {
                throw notCounted(wanted.name());
            }
            mine = arenas.next();
            arena = mine;
        }
        if (!mine.plan().owner().equals(owner) || !mine.plan().reservations().contains(wanted)) {
            throw notCounted(wanted.name());
        }
        return mine.segment(wanted.name());
    }

    private IllegalStateException notCounted(String name) {
        return new IllegalStateException("'" + name + "' of " + owner + " was not counted before it was asked for");
    }

    /**
     * What gives the memory of this scope and its parts back. The object under construction keeps it, and closes it when it is closed
     * itself; a part of a larger object may leave that to the whole.
     *
     * @return a handle; closing it twice does nothing more
     */
    public Holding holding() {
        return this::release;
    }

    private void release() {
        parts.forEach(MemoryScope::release);
        if (arena != null) {
            arena.close();
        }
    }

    /** Memory that somebody holds until it is closed. */
    @FunctionalInterface
    public interface Holding extends AutoCloseable {
        /** Gives the memory back; a second call does nothing. */
        @Override
        void close();
    }
}
