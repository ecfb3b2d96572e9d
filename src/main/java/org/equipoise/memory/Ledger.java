package org.equipoise.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The books of a run's off-heap memory: what is held now, by whom and for what, and the most that was ever held.
 *
 * <p>Thread-safe. A ledger belongs to one engine, or to several that share its budget; there is no global one.
 */
public final class Ledger {
    private static volatile @Nullable Consumer<Ledger> watched;

    private final long budgetBytes;
    private final Allocator allocator;
    private final String limit;
    private final boolean limitIsBudget;
    private final List<MemoryPlan> open = new ArrayList<>();
    private long currentBytes;
    private long peakBytes;
    private List<MemoryPlan> openAtPeak = List.of();

    /**
     * Opens empty books.
     *
     * @param budgetBytes the most that may be held at once; {@link Long#MAX_VALUE} for no limit
     */
    public Ledger(long budgetBytes) {
        this(budgetBytes, "", false);
    }

    /**
     * Opens empty books.
     *
     * @param budgetBytes the most that may be held at once; {@link Long#MAX_VALUE} for no limit
     * @param limit of the system on the memory of this process, as a part of a sentence such as {@code the limit of 4,096 MB on the
     *     addresses of a process}, which messages then name; empty where there is none
     * @param limitIsBudget whether the budget is what that limit leaves
     */
    public Ledger(long budgetBytes, String limit, boolean limitIsBudget) {
        this(budgetBytes, limit, limitIsBudget, Allocator.SYSTEM);
    }

    /** As above, with other memory than the operating system's. */
    Ledger(long budgetBytes, Allocator allocator) {
        this(budgetBytes, "", false, allocator);
    }

    private Ledger(long budgetBytes, String limit, boolean limitIsBudget, Allocator allocator) {
        this.budgetBytes = budgetBytes;
        this.limit = limit;
        this.limitIsBudget = limitIsBudget;
        this.allocator = allocator;
        Consumer<Ledger> watcher = watched;
        if (watcher != null) {
            watcher.accept(this);
        }
    }

    /**
     * Tells of every ledger that is opened from now on, for tests that look for leaks.
     *
     * @param watcher told of each
     */
    static void watch(Consumer<Ledger> watcher) {
        watched = watcher;
    }

    /** {@return a ledger that allows everything the machine can give} */
    public static Ledger unlimited() {
        return new Ledger(Long.MAX_VALUE);
    }

    /**
     * Allocates what a plan asks for, zero-filled.
     *
     * @param plan what is needed
     * @return the memory, which the caller must close
     * @throws BudgetExceededException if it does not fit the budget or the machine
     */
    public OffHeapArena open(MemoryPlan plan) {
        return open(List.of(plan), () -> "").getFirst();
    }

    /**
     * Constructs an object with the off-heap memory it asks for: all of it, or none.
     *
     * @param <T> what is constructed
     * @param constructor run twice, as {@link MemoryScope} says: to count, and with the memory
     * @return what the second run made, which gives the memory back when it is closed
     * @throws BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public <T> T open(Function<MemoryScope, T> constructor) {
        return open(constructor, () -> "");
    }

    /**
     * Constructs an object with the off-heap memory it asks for: all of it, or none.
     *
     * @param <T> what is constructed
     * @param constructor run twice, as {@link MemoryScope} says: to count, and with the memory
     * @param advice asked, when the budget does not allow it, for what would fit: a part of a sentence, or nothing
     * @return what the second run made, which gives the memory back when it is closed
     * @throws BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public <T> T open(Function<MemoryScope, T> constructor, Supplier<String> advice) {
        List<OffHeapArena> arenas = open(MemoryScope.count(constructor), advice);
        try {
            return constructor.apply(MemoryScope.of(arenas));
        } catch (RuntimeException | Error e) {
            arenas.forEach(OffHeapArena::close);
            throw e;
        }
    }

    /**
     * Constructs one owner's object with the off-heap memory it asks for: all of it, or none.
     *
     * @param <T> what is constructed
     * @param owner who holds the memory, as shown in reports
     * @param constructor run twice, as {@link MemoryScope} says: to count, and with the memory
     * @return what the second run made, which gives the memory back when it is closed
     * @throws BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public <T> T open(String owner, Function<MemoryScope, T> constructor) {
        return open(memory -> memory.part(owner, constructor));
    }

    private synchronized List<OffHeapArena> open(List<MemoryPlan> plans, Supplier<String> advice) {
        require(plans, advice);
        List<OffHeapArena> arenas = new ArrayList<>();
        try {
            for (MemoryPlan plan : plans) {
                arenas.add(allocate(plan));
            }
        } catch (BudgetExceededException e) {
            arenas.forEach(OffHeapArena::close);
            throw e;
        }
        return arenas;
    }

    private OffHeapArena allocate(MemoryPlan plan) {
        Arena arena = Arena.ofShared();
        OffHeapArena opened;
        try {
            opened = new OffHeapArena(this, plan, arena, allocator.allocate(arena, plan.totalBytes()));
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            // The latter where no machine could: the size does not even fit the allocator's arithmetic.
            arena.close();
            throw new BudgetExceededException(
                    "The machine could not give the " + MemorySize.format(plan.totalBytes())
                            + " of off-heap memory" + (limit.isEmpty() ? "" : ", within " + limit + ",") + " that "
                            + plan.owner() + " needs.",
                    e);
        }
        open.add(plan);
        currentBytes += plan.totalBytes();
        if (currentBytes > peakBytes) {
            peakBytes = currentBytes;
            openAtPeak = List.copyOf(open);
        }
        return opened;
    }

    /** Where native memory comes from; tests refuse some of it. */
    @FunctionalInterface
    interface Allocator {
        /** The operating system, zero-filled. */
        Allocator SYSTEM = (arena, bytes) -> arena.allocate(bytes, Reservation.ALIGNMENT);

        /**
         * @throws OutOfMemoryError if there is no more
         */
        MemorySegment allocate(Arena arena, long bytes);
    }

    /**
     * Refuses a set of plans that could not all be held at once, before any of them is opened.
     *
     * @param plans everything that a run will hold together
     * @throws BudgetExceededException if they do not fit the budget beside what is already held
     */
    public void require(List<MemoryPlan> plans) {
        require(plans, () -> "");
    }

    /**
     * Refuses a set of plans that could not all be held at once, before any of them is opened.
     *
     * @param plans everything that a run will hold together
     * @param advice asked, when they do not fit, for what would: a part of a sentence, or nothing
     * @throws BudgetExceededException if they do not fit the budget beside what is already held
     */
    public void require(List<MemoryPlan> plans, Supplier<String> advice) {
        if (!fits(plans)) {
            throw overBudget(plans, advice.get());
        }
    }

    /**
     * Tells whether a set of plans could all be held at once.
     *
     * @param plans everything that a run will hold together
     * @return whether the budget allows them beside what is already held
     */
    public synchronized boolean fits(List<MemoryPlan> plans) {
        long total = currentBytes;
        for (MemoryPlan plan : plans) {
            total = Reservation.sum(total, plan.totalBytes(), plan.owner());
        }
        return total <= budgetBytes;
    }

    private synchronized BudgetExceededException overBudget(List<MemoryPlan> wanted, String advice) {
        List<MemoryPlan> all = new ArrayList<>(open);
        all.addAll(wanted);
        Map<Account, Long> accounts = byAccount(all);
        String largest = accounts.entrySet().stream()
                .sorted(Map.Entry.<Account, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(3)
                .map(entry -> entry.getKey().label() + " " + MemorySize.format(entry.getValue()))
                .collect(Collectors.joining(", "));
        long needed = 0;
        for (MemoryPlan plan : all) {
            needed = Reservation.sum(needed, plan.totalBytes(), plan.owner());
        }
        return new BudgetExceededException("The run needs " + MemorySize.format(needed) + " (" + needed
                + " bytes) of off-heap memory but may use " + MemorySize.format(budgetBytes)
                + (limitIsBudget ? " within " + limit : "") + " (largest accounts: "
                + largest
                + ")" + (advice.isEmpty() ? "" : "; " + advice) + ".");
    }

    synchronized void released(MemoryPlan plan) {
        // Two owners may hold equal plans, so exactly one entry is struck, whichever it is.
        if (!open.remove(plan)) {
            throw new IllegalStateException("Memory of " + plan.owner() + " was released twice");
        }
        currentBytes -= plan.totalBytes();
    }

    /** {@return the bytes held now} */
    public synchronized long currentBytes() {
        return currentBytes;
    }

    /** {@return the most bytes ever held at once} */
    public synchronized long peakBytes() {
        return peakBytes;
    }

    /** {@return the bytes held now by each account that holds any} */
    public synchronized Map<Account, Long> bytesByAccount() {
        return byAccount(open);
    }

    /** {@return the bytes of each account that held any when the most was held, the first time it was} */
    public synchronized Map<Account, Long> peakBytesByAccount() {
        return byAccount(openAtPeak);
    }

    /** {@return every plan that is open now, in the order it was opened} */
    public synchronized List<MemoryPlan> openPlans() {
        return List.copyOf(open);
    }

    /**
     * Sums plans up by what their memory is for.
     *
     * @param plans any plans
     * @return the bytes of each account that appears in them, summed
     */
    public static Map<Account, Long> byAccount(List<MemoryPlan> plans) {
        Map<Account, Long> bytes = new EnumMap<>(Account.class);
        for (MemoryPlan plan : plans) {
            plan.bytesByAccount()
                    .forEach((account, size) ->
                            bytes.merge(account, size, (a, b) -> Reservation.sum(a, b, plan.owner())));
        }
        return bytes;
    }
}
