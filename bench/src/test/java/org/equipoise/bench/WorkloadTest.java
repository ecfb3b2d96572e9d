package org.equipoise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.equipoise.bench.work.PredictionWork;
import org.equipoise.bench.work.Shape;
import org.equipoise.bench.work.Space;
import org.equipoise.bench.work.SpikeWork;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.OffHeapArena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark measures the right computation: after one invocation all memory is, bit for bit, what its scalar twin leaves. */
class WorkloadTest {
    /**
     * One benchmark with one choice of its parameters but for {@code kernels}.
     *
     * @param method what is measured
     * @param settings values by field
     */
    record Case(Method method, TreeMap<String, String> settings) {
        @Override
        public String toString() {
            return method.getDeclaringClass().getSimpleName() + "." + method.getName() + settings;
        }
    }

    /** The benchmarks that JMH knows, with every combination of their parameters. */
    static Stream<Case> kernelBenchmarks() throws ReflectiveOperationException {
        List<Case> all = new ArrayList<>();
        var silence = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        for (var entry : BenchmarkList.defaultList().getAll(silence, List.of())) {
            Class<?> type = Class.forName(entry.getUserClassQName());
            if (!KernelBenchmark.class.isAssignableFrom(type)) {
                continue;
            }
            String name = entry.getUsername().substring(entry.getUsername().lastIndexOf('.') + 1);
            Method method = Stream.of(type.getMethods())
                    .filter(m -> m.getName().equals(name) && m.isAnnotationPresent(Benchmark.class))
                    .findFirst()
                    .orElseThrow();
            List<TreeMap<String, String>> combinations = List.of(new TreeMap<>());
            for (Field field : type.getFields()) {
                if (field.isAnnotationPresent(Param.class) && !field.getName().equals("kernels")) {
                    combinations = with(combinations, field);
                }
            }
            combinations.forEach(settings -> all.add(new Case(method, settings)));
        }
        return all.stream();
    }

    private static List<TreeMap<String, String>> with(List<TreeMap<String, String>> combinations, Field field) {
        List<TreeMap<String, String>> longer = new ArrayList<>();
        for (TreeMap<String, String> settings : combinations) {
            for (String value : field.getAnnotation(Param.class).value()) {
                TreeMap<String, String> more = new TreeMap<>(settings);
                more.put(field.getName(), value);
                longer.add(more);
            }
        }
        return longer;
    }

    @Test
    void allSuitesAreTested() throws ReflectiveOperationException {
        List<String> suites = kernelBenchmarks()
                .map(one -> one.method().getDeclaringClass().getSimpleName())
                .distinct()
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "Neurons",
                        "OuterProducts",
                        "Prediction",
                        "SpikeConvolution",
                        "SpikeImage",
                        "SpikeLinear",
                        "States",
                        "Update"),
                suites);
    }

    @ParameterizedTest
    @MethodSource("kernelBenchmarks")
    void leavesWhatTheScalarTwinLeaves(Case one) throws ReflectiveOperationException {
        Result expected = run(one, "scalar");
        Result found = run(one, "vector");
        assertEquals(expected.counted(), found.counted(), "the secondary metrics");
        assertEquals(expected.memory().size(), found.memory().size());
        for (int i = 0; i < expected.memory().size(); i++) {
            assertEquals(-1, expected.memory().get(i).mismatch(found.memory().get(i)), "first byte of tensor " + i);
        }
    }

    /** Kernels that have worked on arrays as well leave the same off-heap. */
    @ParameterizedTest
    @ValueSource(classes = {SpikeConvolution.class, Neurons.class, Update.class})
    void worksOnBothKindsOfMemory(Class<?> type) throws ReflectiveOperationException {
        Case one = kernelBenchmarks()
                .filter(c -> c.method().getDeclaringClass() == type)
                .findFirst()
                .orElseThrow();
        Result expected = run(one, "scalar");
        one.settings().put("memory", "mixed");
        Result found = run(one, "vector");
        for (int i = 0; i < expected.memory().size(); i++) {
            assertEquals(-1, expected.memory().get(i).mismatch(found.memory().get(i)), "first byte of tensor " + i);
        }
    }

    /**
     * What one invocation leaves.
     *
     * @param memory copies of all tensors
     * @param counted its secondary metrics by name
     */
    private record Result(List<MemorySegment> memory, TreeMap<String, Long> counted) {}

    private static Result run(Case one, String kernels) throws ReflectiveOperationException {
        KernelBenchmark<?> benchmark = (KernelBenchmark<?>)
                one.method().getDeclaringClass().getConstructor().newInstance();
        one.settings().forEach((name, value) -> set(benchmark, name, value));
        benchmark.kernels = kernels;
        benchmark.open();
        benchmark.fill();
        List<MemorySegment> before = copies(benchmark);
        Object counters = one.method().getParameterTypes()[0].getConstructor().newInstance();
        one.method().invoke(benchmark, counters);
        List<MemorySegment> after = copies(benchmark);
        benchmark.close();
        assertFalse(same(before, after), "the invocation changed nothing");
        TreeMap<String, Long> counted = new TreeMap<>();
        for (Field field : counters.getClass().getFields()) {
            counted.put(field.getName(), field.getLong(counters));
        }
        assertTrue(counted.values().stream().allMatch(count -> count > 0), () -> "nothing was counted: " + counted);
        return new Result(after, counted);
    }

    private static void set(Object benchmark, String name, String value) {
        try {
            Field field = benchmark.getClass().getField(name);
            if (field.getType() == int.class) {
                field.setInt(benchmark, Integer.parseInt(value));
            } else if (field.getType() == double.class) {
                field.setDouble(benchmark, Double.parseDouble(value));
            } else {
                field.set(benchmark, value);
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static List<MemorySegment> copies(KernelBenchmark<?> benchmark) {
        return benchmark.contents().stream()
                .map(segment -> MemorySegment.ofArray(segment.toArray(ValueLayout.JAVA_BYTE)))
                .toList();
    }

    private static boolean same(List<MemorySegment> some, List<MemorySegment> others) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i).mismatch(others.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "quick"})
    void aPredictorAnswersAsTheEngineDoes(String net) {
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        try (PredictionWork work = new PredictionWork(Space.offHeap(), kernels, net)) {
            work.fill();
            work.predict(kernels);
            assertFalse(work.agree());
            work.settle(kernels);
            assertTrue(work.agree());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.1, 0.3, 0.6})
    void spikesComeAtTheRateAskedFor(double rate) {
        try (SpikeWork work = new SpikeWork(Space.offHeap(), Shape.convolution("128-256"), 1, rate)) {
            work.fill();
            double deviation = Math.sqrt(rate * (1 - rate) / (13 * 13 * 128));
            assertEquals(rate, work.share(), 4 * deviation);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65536})
    void arenasAreZeroedAndStruckFromTheLedger(int kibibytes) {
        Arenas benchmark = new Arenas();
        benchmark.kibibytes = kibibytes;
        benchmark.state();
        assertEquals(kibibytes * 1024L, benchmark.plan());
        assertNotEquals(0, benchmark.openAndClose());
        assertEquals(0, benchmark.ledger.currentBytes());
        assertEquals(kibibytes * 1024L, benchmark.ledger.peakBytes());
        try (OffHeapArena arena = benchmark.ledger.open(benchmark.plan)) {
            MemorySegment last = arena.segment("part 15");
            assertEquals(-1, last.mismatch(MemorySegment.ofArray(new byte[Math.toIntExact(last.byteSize())])));
        }
    }
}
