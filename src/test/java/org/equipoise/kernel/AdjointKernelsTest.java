package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.equipoise.kernel.AdjointKernels.InputCotangents;
import org.equipoise.kernel.AdjointKernels.OutputCotangent;
import org.equipoise.kernel.AdjointKernels.Slope;
import org.equipoise.kernel.AdjointKernels.StateCotangents;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of neurons walked back have the same bits with vectors as with scalar code. */
@Tag("kernels")
class AdjointKernelsTest {
    private static final int IMAGES = 5;
    private static final int[] CHANNELS = {1, 3, 16, 17, 33, 64, 65, 130};
    private static final SigmaDeltaStep STEP = SigmaDeltaStep.of(0.6f, 0.1f, 0.5f);

    private final AdjointKernels scalar = Kernels.scalar().adjoints();
    private final AdjointKernels chosen = KernelSelection.ofThisJvm().kernels().adjoints();

    static Stream<LayerLayout> layers() {
        KernelShapes shapes = new KernelShapes(3);
        List<LayerLayout> layers = new ArrayList<>();
        for (int channels : CHANNELS) {
            layers.add(LayerLayout.ofNeurons(channels, 1, 1));
            layers.add(LayerLayout.ofNeurons(channels, shapes.between(1, 7), shapes.between(1, 7)));
        }
        return layers.stream();
    }

    /** The memory of one call: the same contents for each implementation, all of which is compared afterwards. */
    private static final class Memory {
        private final Arena arena;
        private final KernelShapes shapes;
        private final LayerLayout layout;
        private final List<MemorySegment> written = new ArrayList<>();

        Memory(Arena arena, LayerLayout layout) {
            this.arena = arena;
            this.shapes = new KernelShapes(layout.hashCode());
            this.layout = layout;
        }

        private FloatTensor states() {
            return noted(shapes.states(arena, layout, IMAGES));
        }

        private FloatTensor ofOnePosition() {
            return noted(shapes.states(arena, LayerLayout.ofNeurons(layout.channels(), 1, 1), IMAGES));
        }

        private FloatTensor noted(FloatTensor tensor) {
            written.add(tensor.segment());
            return tensor;
        }

        /** Cotangents, some of which are so small that they count as nothing. */
        private FloatTensor cotangents() {
            FloatTensor tensor = states();
            for (int i = 0; i < IMAGES; i++) {
                for (int n = 0; n < layout.paddedNeurons(); n++) {
                    if (shapes.between(0, 3) == 0) {
                        tensor.set(i, n, tensor.get(i, n) * 0x1p-100f);
                    }
                }
            }
            return tensor;
        }

        private SpikeTensor bits() {
            MemorySegment words = arena.allocate(SpikeTensor.wordsNeeded(layout, IMAGES) * Long.BYTES, 64);
            written.add(words);
            SpikeTensor bits = new SpikeTensor(words, layout, IMAGES);
            for (int i = 0; i < IMAGES; i++) {
                for (int n = 0; n < layout.paddedNeurons(); n++) {
                    bits.set(i, n, shapes.between(0, 1) == 0);
                }
            }
            return bits;
        }

        private InputCotangents input() {
            return new InputCotangents(states(), ofOnePosition());
        }
    }

    /** One call on fresh memory of known contents. */
    private interface Call {
        void on(AdjointKernels kernels, Memory memory);
    }

    private void compare(LayerLayout layout, Call call) {
        try (Arena arena = Arena.ofConfined()) {
            Memory expected = new Memory(arena, layout);
            Memory found = new Memory(arena, layout);
            call.on(scalar, expected);
            call.on(chosen, found);
            for (int i = 0; i < expected.written.size(); i++) {
                KernelShapes.assertSameBits(expected.written.get(i), found.written.get(i));
            }
        }
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("layers")
    void notes(LayerLayout layout) {
        for (Activation activation : List.of(Activation.CLIP, Activation.HALF_CLIP)) {
            compare(
                    layout,
                    (kernels, memory) -> kernels.recordUnclipped(
                            0.3f,
                            activation,
                            memory.states(),
                            memory.ofOnePosition().segment(),
                            memory.states(),
                            memory.bits(),
                            1,
                            IMAGES));
        }
        compare(
                layout,
                (kernels, memory) ->
                        kernels.recordWindow(0.5f, 0.4f, memory.states(), memory.bits(), memory.bits(), 1, IMAGES));
        compare(
                layout,
                (kernels, memory) ->
                        kernels.recordSlope(0.5f, 0.4f, memory.states(), memory.bits(), memory.states(), 1, IMAGES));
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("layers")
    void rateSteps(LayerLayout layout) {
        for (Activation activation : Activation.values()) {
            boolean clips = activation == Activation.CLIP || activation == Activation.HALF_CLIP;
            compare(layout, (kernels, memory) -> {
                OutputCotangent output = new OutputCotangent(memory.cotangents(), 0.7f);
                FloatTensor s = memory.cotangents();
                if (clips) {
                    kernels.backClipped(0.3f, activation, output, memory.bits(), s, memory.input(), 1, IMAGES);
                } else {
                    FloatTensor before = memory.states();
                    FloatTensor after = memory.states();
                    kernels.backSmooth(0.3f, activation, output, before, after, s, memory.input(), 1, IMAGES);
                }
            });
        }
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("layers")
    void spikingSteps(LayerLayout layout) {
        for (boolean attached : new boolean[] {true, false}) {
            spikingStep(layout, attached, memory -> new Slope.Window(memory.bits()));
            spikingStep(layout, attached, memory -> new Slope.Values(memory.states()));
            spikingStep(layout, attached, memory -> new Slope.One());
        }
    }

    private void spikingStep(LayerLayout layout, boolean attached, Function<Memory, Slope> slope) {
        compare(
                layout,
                (kernels, memory) -> kernels.backSpiking(
                        STEP,
                        attached,
                        new OutputCotangent(memory.cotangents(), 0.7f),
                        memory.bits(),
                        slope.apply(memory),
                        new StateCotangents(memory.cotangents(), memory.cotangents(), memory.cotangents()),
                        memory.input(),
                        1,
                        IMAGES));
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("layers")
    void expansionAndScaling(LayerLayout layout) {
        compare(layout, (kernels, memory) -> kernels.expand(memory.bits(), memory.states(), 1, IMAGES));
        compare(layout, (kernels, memory) -> kernels.scale(0.7f, memory.states(), 1, IMAGES));
        LayerLayout image = LayerLayout.ofImage(layout.channels(), 5, 7);
        compare(image, (kernels, memory) -> kernels.expand(memory.bits(), memory.states(), 1, IMAGES));
    }

    /** An activation just at a bound moves on: without this, neurons that start at zero would never learn. */
    @Test
    void theBoundsLetGradientsThrough() {
        LayerLayout layout = LayerLayout.ofNeurons(16, 1, 1);
        Consumer<AdjointKernels> check = kernels -> {
            try (Arena arena = Arena.ofConfined()) {
                FloatTensor drive = new FloatTensor(arena.allocate(64, 64), layout, 1);
                MemorySegment bias = arena.allocate(64, 64);
                FloatTensor before = new FloatTensor(arena.allocate(64, 64), layout, 1);
                SpikeTensor unclipped = new SpikeTensor(arena.allocate(16, 64), layout, 1);
                drive.set(0, 1, -Float.MIN_VALUE);
                drive.set(0, 2, 1f);
                drive.set(0, 3, Math.nextUp(1f));
                kernels.recordUnclipped(1f, Activation.CLIP, drive, bias, before, unclipped, 0, 1);
                assertEquals(0xFFF5L, unclipped.segment().get(ValueLayout.JAVA_LONG, 0));
            }
        };
        check.accept(scalar);
        check.accept(chosen);
    }
}
