package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.equipoise.kernel.AdjointKernels.InputCotangents;
import org.equipoise.kernel.AdjointKernels.OutputCotangent;
import org.equipoise.kernel.AdjointKernels.Slope;
import org.equipoise.kernel.AdjointKernels.StateCotangents;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.kernel.LeakyKernels.LeakyState;
import org.equipoise.kernel.LeakyKernels.LeakyStep;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.PlasticityKernels.Adaptation;
import org.equipoise.kernel.PlasticityKernels.Descent;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeDifference.Purpose;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A metered call is the call that was made, once and with its arguments, and counts what can be worked out by hand. */
class MeteredCallsTest {
    private static final Arena ARENA = Arena.ofAuto();
    private static final int IMAGES = 3;
    private static final LayerLayout BELOW = LayerLayout.ofNeurons(16, 3, 3);
    private static final LayerLayout ABOVE = LayerLayout.ofNeurons(64, 2, 2);
    private static final LayerLayout POOLED = LayerLayout.ofNeurons(64, 1, 1);
    private static final LayerLayout PART = LayerLayout.ofNeurons(16, 2, 2);
    private static final PoolingWindow WINDOW = new PoolingWindow(ABOVE, POOLED, 2);
    private static final ConvolutionGeometry GEOMETRY = new ConvolutionGeometry(BELOW, ABOVE, 2, 2, 1, 0);

    /** Two images of the lower layer. */
    private static final long NEURONS = 2 * 9 * 16;

    private static final WeightBlocks OTHER = weights(8, 16);
    private static final WeightBlocks FORWARD = weights(64, 64);
    private static final WeightBlocks BACKWARD = weights(256, 16);
    private static final WeightBlocks MASTER = weights(40, 96);
    private static final WeightBlocks GRADIENT = weights(64, 96);
    private static final FloatTensor A = floats(BELOW);
    private static final FloatTensor B = floats(BELOW);
    private static final FloatTensor C = floats(BELOW);
    private static final FloatTensor D = floats(BELOW);
    private static final FloatTensor UP = floats(ABOVE);
    private static final FloatTensor SMALL = floats(POOLED);
    private static final SpikeTensor Q = spikes(BELOW);
    private static final SpikeTensor R = spikes(BELOW);
    private static final SpikeTensor SMALL_BITS = spikes(POOLED);
    private static final SpikeTensor UP_BITS = spikes(ABOVE);
    private static final SpikeTensor UP_WINNERS = spikes(ABOVE);
    private static final MemorySegment BIAS = ARENA.allocate(64L * Float.BYTES, 64);
    private static final SigmaDeltaStep STEP = SigmaDeltaStep.of(0.5f, 0.1f, 0.5f);
    private static final LeakyStep LEAKY = new LeakyStep(0.9f, 1f, 0.1f);

    /**
     * A call, and what is counted of it.
     */
    private record Case(String name, Consumer<Kernels> call, Part part, long additions, Traffic traffic) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case neurons(String name, int values, int bits, Consumer<Kernels> call) {
        Traffic traffic = new Traffic(0, 0, 0, values * NEURONS * 4, bits * NEURONS / 8, 0);
        return new Case(name, call, new Part(Work.NEURONS, -1, false), 0, traffic);
    }

    private static Case learning(String name, Work work, long values, Consumer<Kernels> call) {
        Part part = new Part(work, work == Work.UPDATE ? 1 : -1, false);
        return new Case(name, call, part, 0, new Traffic(0, 0, 0, 0, 0, values * 4));
    }

    private static Case rows(String name, Part part, long additions, Traffic traffic, Consumer<Kernels> call) {
        return new Case(name, call, part, additions, traffic);
    }

    static Stream<Case> adjoints() {
        OutputCotangent output = new OutputCotangent(B, 2f);
        InputCotangents input = new InputCotangents(C, D);
        StateCotangents state = new StateCotangents(A, C, D);
        return Stream.of(
                neurons(
                        "unclipped",
                        2,
                        1,
                        k -> k.adjoints().recordUnclipped(0.1f, Activation.CLIP, A, BIAS, B, Q, 1, 3)),
                neurons("window", 1, 2, k -> k.adjoints().recordWindow(0.5f, 0.2f, A, Q, R, 1, 3)),
                neurons("slope", 2, 1, k -> k.adjoints().recordSlope(0.5f, 0.2f, A, Q, B, 1, 3)),
                neurons(
                        "clipped",
                        4,
                        1,
                        k -> k.adjoints().backClipped(0.1f, Activation.CLIP, output, Q, A, input, 1, 3)),
                neurons(
                        "smooth",
                        6,
                        0,
                        k -> k.adjoints().backSmooth(0.1f, Activation.TANH, output, B, C, A, input, 1, 3)),
                neurons(
                        "spiking, values",
                        9,
                        1,
                        k -> k.adjoints().backSpiking(STEP, true, output, Q, new Slope.Values(B), state, input, 1, 3)),
                neurons(
                        "spiking, window",
                        8,
                        2,
                        k -> k.adjoints().backSpiking(STEP, true, output, Q, new Slope.Window(R), state, input, 1, 3)),
                neurons(
                        "spiking, one",
                        8,
                        1,
                        k -> k.adjoints().backSpiking(STEP, false, output, Q, new Slope.One(), state, input, 1, 3)),
                neurons("expand", 1, 1, k -> k.adjoints().expand(Q, A, 1, 3)),
                neurons("scale", 2, 0, k -> k.adjoints().scale(3f, A, 1, 3)));
    }

    static Stream<Case> neurons() {
        LeakyState leaky = new LeakyState(A, Q, C, D);
        SpikingState spiking = new SpikingState(B, C, D, Q, R);
        return Stream.of(
                neurons("leaky image", 3, 1, k -> k.leaky().encodeImage(A, B, Q, 2)),
                neurons("leaky step", 7, 1, k -> k.leaky().step(LEAKY, A, BIAS, null, leaky, 1, 3)),
                neurons("leaky rates", 4, 1, k -> k.leaky().spikesAndChanges(LEAKY, leaky, A, B, 1, 2)),
                neurons("image", 3, 1, k -> k.neurons().encodeImage(STEP, A, true, B, Q, 2)),
                neurons("spiking", 7, 2, k -> k.neurons().stepSpiking(STEP, A, BIAS, null, spiking, 1, 3)),
                neurons("rate", 3, 0, k -> k.neurons().stepRate(0.1f, Activation.SIGMOID, A, BIAS, null, B, 2)));
    }

    /** The second block of 96 lanes has 32. */
    static Stream<Case> plasticity() {
        Descent descent = new Descent(1f, 0.1f, 0.9f, false, 0f, 1f);
        Adaptation adaptation = new Adaptation(1f, 0.1f, 0f, 1f, 0.9f, 0.1f, 0.99f, 0.01f, 1f, 1e-8f);
        WeightBlocks mean = weights(40, 96);
        WeightBlocks square = weights(40, 96);
        PoolFolding none = PoolFolding.NONE;
        return Stream.of(
                learning(
                        "outer products",
                        Work.OUTER_PRODUCTS,
                        2 * 32 * 64 + 2 * 4 * (32 + 64),
                        k -> k.plasticity().addOuterProducts(GEOMETRY, A, UP, -1f, 1, 3, FORWARD, 0, 1, 3)),
                learning(
                        "biases",
                        Work.OUTER_PRODUCTS,
                        NEURONS,
                        k -> k.plasticity().addBiasGradient(A, 1f, 2, BIAS)),
                learning(
                        "descend",
                        Work.UPDATE,
                        (64 + 2 * 40) * 32,
                        k -> k.plasticity().sgdUpdate(none, 3, GRADIENT, descent, null, MASTER, 1)),
                learning(
                        "descend with momentum",
                        Work.UPDATE,
                        (64 + 4 * 40) * 32,
                        k -> k.plasticity().sgdUpdate(none, 3, GRADIENT, descent, mean, MASTER, 1)),
                learning(
                        "adapt",
                        Work.UPDATE,
                        (64 + 6 * 40) * 32,
                        k -> k.plasticity().adapt(none, 3, GRADIENT, adaptation, mean, square, MASTER, 1)),
                learning(
                        "fold", Work.UPDATE, (40 + 64) * 32, k -> k.plasticity().fold(none, 3, MASTER, GRADIENT, 1)),
                learning(
                        "transpose",
                        Work.UPDATE,
                        2 * 16 * 64,
                        k -> k.plasticity().transpose(GEOMETRY, FORWARD, 2f, BACKWARD, 3)));
    }

    static Stream<Case> pooling() {
        Part part = new Part(Work.POOLING, -1, false);
        FloatTensor map = floats(PART);
        // The map is read, the layer read and written; of the map there is a bit for each neuron.
        Traffic currents = new Traffic(0, 0, (2 * 256 + 2 * 2 * 64) * 4, 0, 2 * 256 / 8, 0);
        return Stream.of(
                rows("maximum", part, 0, currents, k -> k.pooling().addMaximum(WINDOW, UP, SMALL, UP_WINNERS, 1, 3)),
                rows("winners", part, 0, currents, k -> k.pooling().addWinners(WINDOW, UP, UP_WINNERS, SMALL, 1, 3)),
                rows(
                        "unpool",
                        part,
                        0,
                        new Traffic(0, 0, 0, 2 * (64 + 16) * 4, 2 * 64 / 8, 0),
                        k -> k.pooling().unpool(WINDOW, SMALL, UP_WINNERS, 16, map, 1, 3)),
                rows(
                        "unpool spikes",
                        part,
                        0,
                        new Traffic(0, 0, 0, 0, 2 * (64 + 2 * 256) / 8, 0),
                        k -> k.pooling().unpool(WINDOW, SMALL_BITS, UP_WINNERS, UP_BITS, 1, 3)));
    }

    /** Sixteen pairs of positions; a row of each sender of a pair. Nothing fires. */
    static Stream<Case> synapses() {
        SpikeDifference below = difference(Q, R, Purpose.EXPECTATION);
        SpikeDifference above = difference(UP_BITS, UP_WINNERS, Purpose.EXPECTATION);
        Traffic up = new Traffic(2 * 256 * 64 * 4, 64 * 64 * 4, 2 * 2 * 256 * 4, NEURONS * 4, 0, 0);
        Traffic down = new Traffic(2 * 1024 * 16 * 4, 256 * 16 * 4, 2 * NEURONS * 4, 2 * 256 * 4, 0, 0);
        Traffic silentUp = new Traffic(0, 0, 2 * 2 * 256 * 4, 0, 2 * 2 * 3 * 8, 0);
        Traffic silentDown = new Traffic(0, 0, 2 * NEURONS * 4, 0, 2 * 2 * 4 * 8, 0);
        return Stream.of(
                rows(
                        "forward",
                        new Part(Work.FORWARD, 1, false),
                        2 * 256 * 64,
                        up,
                        k -> k.states().addForward(GEOMETRY, A, FORWARD, UP, 2)),
                rows(
                        "backward",
                        new Part(Work.BACKWARD, 1, false),
                        2 * 1024 * 16,
                        down,
                        k -> k.states().addBackward(GEOMETRY, UP, BACKWARD, A, 2)),
                rows(
                        "spikes forward",
                        new Part(Work.FORWARD, 1, true),
                        0,
                        silentUp,
                        k -> k.spikes().addForward(GEOMETRY, below, FORWARD, UP, UP, 1, 3)),
                rows(
                        "spikes backward",
                        new Part(Work.BACKWARD, 1, true),
                        0,
                        silentDown,
                        k -> k.spikes().addBackward(GEOMETRY, above, BACKWARD, A, 1, 3)));
    }

    @ParameterizedTest
    @MethodSource({"adjoints", "neurons", "plasticity", "pooling", "synapses"})
    void isHandedOnAndCounted(Case given) {
        List<String> expected = new ArrayList<>();
        given.call().accept(recording(expected));
        List<String> found = new ArrayList<>();
        KernelMeter meter = meter(found);
        given.call().accept(meter.kernels());
        assertEquals(1, expected.size());
        assertEquals(expected, found);
        Map<Part, Sum> sums = meter.sums();
        assertEquals(Set.of(given.part()), sums.keySet());
        Sum sum = sums.get(given.part());
        assertEquals(new Sum(sum.nanos(), given.additions(), 0, given.traffic()), sum, "what is counted");
        assertEquals(sum, meter.sum(part -> true));
    }

    @Test
    void callsAddUpUntilTheyAreForgotten() {
        KernelMeter meter = meter(new ArrayList<>());
        meter.kernels().adjoints().scale(2f, A, 1, 3);
        meter.kernels().adjoints().scale(2f, A, 1, 2);
        meter.kernels().states().addForward(GEOMETRY, A, FORWARD, UP, 2);
        assertEquals(
                3 * NEURONS * 4 + NEURONS * 4, meter.sum(part -> true).traffic().states());
        assertEquals(2 * 256 * 64, meter.sum(part -> true).additions());
        assertEquals(2, meter.sums().size());
        meter.reset();
        assertEquals(Sum.NONE, meter.sum(part -> true));
        assertEquals(0, meter.countingNanos());
    }

    /** Pixels fire as neurons do: what the encoder writes is not expected but sent. */
    @Test
    void whatTheEncoderWritesWasFired() {
        KernelMeter meter = meter(new ArrayList<>());
        SpikeDifference sent = difference(Q, R, Purpose.SPIKES);
        meter.kernels().neurons().encodeImage(STEP, A, true, B, Q, 2);
        meter.reset();
        meter.kernels().spikes().addForward(GEOMETRY, sent, FORWARD, UP, UP, 0, 2);
        assertEquals(Set.of(new Part(Work.FORWARD, 1, false)), meter.sums().keySet());
    }

    @Test
    void weightsOfNoConnectionAreOfNone() {
        KernelMeter meter = meter(new ArrayList<>());
        meter.kernels().states().addForward(GEOMETRY, A, weights(64, 64), UP, 2);
        assertEquals(Set.of(new Part(Work.FORWARD, -1, false)), meter.sums().keySet());
    }

    /** A kernel that is new to the interfaces must be counted, and have a case here. */
    @Test
    void everyMethodOfTheKernelsHasACase() {
        Set<String> methods = new TreeSet<>();
        for (RecordComponent component : Kernels.class.getRecordComponents()) {
            if (component.getType().isInterface()) {
                for (Method method : component.getType().getMethods()) {
                    methods.add(method.toString());
                }
            }
        }
        Set<String> called = new TreeSet<>();
        Stream.of(adjoints(), neurons(), plasticity(), pooling(), synapses())
                .flatMap(cases -> cases)
                .forEach(each -> each.call().accept(kernels((proxy, method, given) -> {
                    called.add(method.toString());
                    return null;
                })));
        assertEquals(methods, called);
    }

    @Test
    void aKernelThatFailsFailsWithItsOwnException() {
        IllegalStateException failure = new IllegalStateException("of the kernel");
        KernelMeter meter = new KernelMeter(
                kernels((proxy, method, given) -> {
                    throw failure;
                }),
                List.of());
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> meter.kernels().adjoints().scale(2f, A, 1, 3)));
        assertEquals(Map.of(), meter.sums());
    }

    private static KernelMeter meter(List<String> calls) {
        return new KernelMeter(recording(calls), List.of(List.of(OTHER), List.of(FORWARD, BACKWARD, MASTER)));
    }

    /** Kernels that do nothing but note what they are asked for. */
    private static Kernels recording(List<String> calls) {
        return kernels((proxy, method, given) -> {
            calls.add(method.getName() + Arrays.toString(given));
            return null;
        });
    }

    private static Kernels kernels(InvocationHandler handler) {
        return new Kernels(
                "recording",
                0,
                of(SpikeKernels.class, handler),
                of(StateKernels.class, handler),
                of(NeuronKernels.class, handler),
                of(PoolingKernels.class, handler),
                of(PlasticityKernels.class, handler),
                of(AdjointKernels.class, handler),
                of(LeakyKernels.class, handler));
    }

    private static <T> T of(Class<T> kind, InvocationHandler handler) {
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, handler));
    }

    private static WeightBlocks weights(int rows, int lanes) {
        return new WeightBlocks(ARENA.allocate(WeightBlocks.weightsNeeded(rows, lanes) * 4, 64), rows, lanes);
    }

    private static FloatTensor floats(LayerLayout layout) {
        return new FloatTensor(ARENA.allocate(FloatTensor.floatsNeeded(layout, IMAGES) * 4, 64), layout, IMAGES);
    }

    private static SpikeTensor spikes(LayerLayout layout) {
        return new SpikeTensor(ARENA.allocate(SpikeTensor.wordsNeeded(layout, IMAGES) * 8, 64), layout, IMAGES);
    }

    private static SpikeDifference difference(SpikeTensor fired, SpikeTensor expected, Purpose purpose) {
        return new SpikeDifference(fired, expected, KernelShapes.events(ARENA, fired.layout(), IMAGES), purpose);
    }
}
