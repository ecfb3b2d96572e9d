package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * The contrast of {@link ContrastiveGradient} for phases that hardly differ, as those of a small β. With δ the difference of the phases'
 * states and m their mean,
 *
 * <pre>
 * s₊^l ⊗ s₊^(l-1) − s₋^l ⊗ s₋^(l-1)  =  δ^l ⊗ m^(l-1) + m^l ⊗ δ^(l-1)
 * </pre>
 *
 * <p>On the left large sums are taken from each other and what is left is mostly their rounding; on the right every term is small. Before
 * maximum pooling, states of the upper layer are unpooled to each phase's own winners first.
 */
final class FineContrast implements AutoCloseable {
    private final Topology topology;
    private final Kernels kernels;
    private final Workers workers;
    private final OffHeapArena arena;
    private final List<Pair> layers = new ArrayList<>();
    private final List<Pair> maps = new ArrayList<>();
    private final List<WeightPart> parts;

    /** Two phases of a layer or of a convolution's map, at first as they are and then as difference and mean. */
    private record Pair(FloatTensor difference, FloatTensor mean) {
        static Pair of(OffHeapArena arena, String name, LayerLayout layout, int images) {
            return new Pair(
                    new FloatTensor(arena.segment(name + ".difference"), layout, images),
                    new FloatTensor(arena.segment(name + ".mean"), layout, images));
        }

        static void plan(MemoryPlan.Builder plan, String name, LayerLayout layout, int images) {
            long floats = FloatTensor.floatsNeeded(layout, images);
            plan.floats(Account.STATES, name + ".difference", floats);
            plan.floats(Account.STATES, name + ".mean", floats);
        }

        /** Half a sum is exact unless it underflows, and so is a difference of near numbers. */
        void combine(int images) {
            long floats = FloatTensor.floatsNeeded(difference.layout(), images);
            for (long i = 0; i < floats; i++) {
                float positive = difference.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                float negative = mean.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                difference.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, positive - negative);
                mean.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.5f * (positive + negative));
            }
        }
    }

    FineContrast(Topology topology, Kernels kernels, Workers workers, Ledger ledger, int images) {
        this.topology = topology;
        this.kernels = kernels;
        this.workers = workers;
        this.arena = ledger.open(plan(topology, images));
        for (int l = 0; l <= topology.connections().size(); l++) {
            layers.add(Pair.of(arena, layer(l), topology.layout(l), images));
        }
        for (int l = 1; l <= topology.connections().size(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            maps.add(window == null ? layers.get(l) : Pair.of(arena, map(l), window.convolved(), images));
        }
        this.parts = WeightPart.of(topology);
    }

    static MemoryPlan plan(Topology topology, int images) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("fine contrast");
        for (int l = 0; l <= topology.connections().size(); l++) {
            Pair.plan(plan, layer(l), topology.layout(l), images);
        }
        for (int l = 1; l <= topology.connections().size(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            if (window != null) {
                Pair.plan(plan, map(l), window.convolved(), images);
            }
        }
        return plan.build();
    }

    private static String layer(int layer) {
        return "l" + layer;
    }

    private static String map(int layer) {
        return "l" + layer + ".map";
    }

    /**
     * @param states states of a batch
     * @param images how many of its images
     * @param gradients the sums, overwritten
     */
    void sum(BatchStates states, int images, Gradients gradients) {
        workers.forEach(layers.size(), (worker, layer) -> {
            Pair pair = layers.get(layer);
            pair.difference().copyFrom(0, states.positive(layer), 0, images);
            pair.mean().copyFrom(0, states.negative(layer), 0, images);
            pair.combine(images);
            unpool(states, layer, images);
        });
        workers.forEach(parts.size(), (worker, number) -> sumWeights(parts.get(number), images, gradients));
        for (int l = 0; l < topology.connections().size(); l++) {
            MemorySegment bias = gradients.biases(l);
            bias.fill((byte) 0);
            kernels.plasticity().addBiasGradient(layers.get(l + 1).difference(), 1f, images, bias);
        }
    }

    private void unpool(BatchStates states, int layer, int images) {
        PoolingWindow window =
                layer == 0 ? null : topology.connections().get(layer - 1).maximum();
        SpikeTensor positive = window == null ? null : states.positiveWinners(layer);
        SpikeTensor negative = window == null ? null : states.negativeWinners(layer);
        if (window != null && positive != null && negative != null) {
            Pair map = maps.get(layer - 1);
            kernels.pooling().unpool(window, states.positive(layer), positive, 0, map.difference(), 0, images);
            kernels.pooling().unpool(window, states.negative(layer), negative, 0, map.mean(), 0, images);
            map.combine(images);
        }
    }

    private void sumWeights(WeightPart part, int images, Gradients gradients) {
        ConvolutionGeometry geometry = topology.connections().get(part.layer()).geometry();
        part.clear(geometry, gradients.weights(part.layer()));
        Pair below = layers.get(part.layer());
        Pair above = maps.get(part.layer());
        int group = WeightPart.imagesTogether(geometry);
        for (int first = 0; first < images; first += group) {
            int end = Math.min(images, first + group);
            add(part, geometry, below.mean(), above.difference(), first, end, gradients);
            add(part, geometry, below.difference(), above.mean(), first, end, gradients);
        }
    }

    private void add(
            WeightPart part,
            ConvolutionGeometry geometry,
            FloatTensor below,
            FloatTensor above,
            int first,
            int end,
            Gradients gradients) {
        kernels.plasticity()
                .addOuterProducts(
                        geometry,
                        below,
                        above,
                        1f,
                        first,
                        end,
                        gradients.weights(part.layer()),
                        part.block(),
                        part.firstTap(),
                        part.endTap());
    }

    @Override
    public void close() {
        arena.close();
    }
}
