package org.equipoise.kernel;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Notes how long each kind of kernel work takes and how much it is. {@link #kernels} are the measured kernels behind dynamic proxies
 * that put a clock around every call; {@link CallCounts} says what a call does. Kernels that nobody meters know nothing of it.
 * Thread-safe; times of several threads add up.
 *
 * <p>What the meter itself takes to count is kept apart, in {@link #countingNanos}; it lies outside the clocked calls.
 */
public final class KernelMeter {
    /** Kinds of work. */
    public enum Work {
        /** Weight rows towards the output. */
        FORWARD,
        /** Weight rows towards the image. */
        BACKWARD,
        /** The step of the neurons, forth and back, the image's encoder included. */
        NEURONS,
        /** Maximum pooling and its inverse. */
        POOLING,
        /** Outer products of states. */
        OUTER_PRODUCTS,
        /** The update of weights and the layouts derived from them. */
        UPDATE
    }

    /**
     * What calls are told apart by.
     *
     * @param work the kind of work
     * @param connection the connection whose weights were used, from 0, or -1 where that is not known
     * @param expectation whether spikes were sent because other neurons are expected to fire than before, not because they fired
     */
    public record Part(Work work, int connection, boolean expectation) {
        Part(Work work) {
            this(work, -1, false);
        }
    }

    /**
     * Calls of one part, summed.
     *
     * @param nanos their time over all threads, in nanoseconds
     * @param additions float32 additions of weights, padding lanes included
     * @param spikes spikes sent, relative to what was expected
     * @param traffic the bytes they moved
     */
    public record Sum(long nanos, long additions, long spikes, Traffic traffic) {
        /** No calls. */
        public static final Sum NONE = new Sum(0, 0, 0, Traffic.NONE);

        /**
         * @param other more calls
         * @return both together
         */
        public Sum plus(Sum other) {
            return new Sum(
                    nanos + other.nanos,
                    additions + other.additions,
                    spikes + other.spikes,
                    traffic.plus(other.traffic));
        }
    }

    private final Map<Part, Sum> sums = new ConcurrentHashMap<>();
    private final LongAdder countingNanos = new LongAdder();
    private final CallCounts counts;
    private final Kernels kernels;

    /**
     * @param measured the implementation that does the work
     * @param weights the layouts of the weights of each connection, by which a call tells its connection
     */
    public KernelMeter(Kernels measured, List<List<WeightBlocks>> weights) {
        Map<Long, Integer> connections = new HashMap<>();
        for (int connection = 0; connection < weights.size(); connection++) {
            for (WeightBlocks layout : weights.get(connection)) {
                connections.put(layout.segment().address(), connection);
            }
        }
        this.counts = new CallCounts(connections);
        this.kernels = new Kernels(
                measured.name(),
                measured.vectorBits(),
                metered(SpikeKernels.class, measured.spikes()),
                metered(StateKernels.class, measured.states()),
                metered(NeuronKernels.class, measured.neurons()),
                metered(PoolingKernels.class, measured.pooling()),
                metered(PlasticityKernels.class, measured.plasticity()),
                metered(AdjointKernels.class, measured.adjoints()),
                metered(LeakyKernels.class, measured.leaky()));
    }

    /** Clocks each call and then finds out, off the clock, what it did. */
    private <T> T metered(Class<T> kind, T measured) {
        InvocationHandler clock = (proxy, method, arguments) -> {
            long start = System.nanoTime();
            Object result;
            try {
                result = method.invoke(measured, arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
            long end = System.nanoTime();
            if (method.getDeclaringClass() == kind) { // not toString and the like
                CallCounts.Count count = counts.of(method.getName(), arguments);
                sums.merge(count.part(), new Sum(end - start, 0, 0, Traffic.NONE).plus(count.sum()), Sum::plus);
                countingNanos.add(System.nanoTime() - end);
            }
            return result;
        };
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, clock));
    }

    /** {@return the metered kernels} */
    public Kernels kernels() {
        return kernels;
    }

    /** Starts again from nothing. */
    public void reset() {
        sums.clear();
        countingNanos.reset();
    }

    /** {@return what each part has done since the last reset} */
    public Map<Part, Sum> sums() {
        return Map.copyOf(sums);
    }

    /**
     * @param which parts
     * @return what they have done together since the last reset
     */
    public Sum sum(Predicate<Part> which) {
        return sums.entrySet().stream()
                .filter(each -> which.test(each.getKey()))
                .map(Map.Entry::getValue)
                .reduce(Sum.NONE, Sum::plus);
    }

    /** {@return the time that counting took since the last reset, summed over threads, in nanoseconds} */
    public long countingNanos() {
        return countingNanos.sum();
    }
}
