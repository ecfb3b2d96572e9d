package org.equipoise.experiment.feedforward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.equipoise.interop.Shape;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.interop.nir.NirTensor;
import org.junit.jupiter.api.Test;

class SpikingRunTest {
    private static final int STEPS = 1000;

    @Test
    void neuronsFireAtTheRateOfTheirCurrentWithinZeroAndOne() {
        for (ImageCoding coding : ImageCoding.values()) {
            float[] rates = new SpikingRun(graph(1f, true), coding, STEPS).outputs(new float[] {0.3f, 0.8f});
            assertArrayEquals(new float[] {0.3f, 0.55f, 0f, 1f}, rates, 2.5f / STEPS);
        }
    }

    @Test
    void aHigherThresholdDividesTheRate() {
        float[] rates = new SpikingRun(graph(2f, true), ImageCoding.VALUES, STEPS).outputs(new float[] {0.3f, 0.8f});
        assertArrayEquals(new float[] {0.15f, 0.275f, 0f, 0.8f}, rates, 2.5f / STEPS);
    }

    @Test
    void withoutNeuronsTheMeanCurrentComesOut() {
        float[] logits = new SpikingRun(graph(1f, false), ImageCoding.VALUES, 10).outputs(new float[] {0.3f, 0.8f});
        assertArrayEquals(new float[] {0.3f, 0.55f, -0.3f, 1.6f}, logits, 1e-5f);
    }

    @Test
    void imagesDoNotInfluenceEachOther() {
        SpikingRun run = new SpikingRun(graph(1f, true), ImageCoding.SPIKES, 50);
        float[] first = run.outputs(new float[] {0.3f, 0.8f});
        run.outputs(new float[] {0.9f, 0.1f});
        assertArrayEquals(first, run.outputs(new float[] {0.3f, 0.8f}));
        assertEquals(4, first.length);
    }

    private static NirGraph graph(float threshold, boolean neurons) {
        SequencedMap<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(Shape.of(2)));
        nodes.put(
                "linear",
                new NirNode.Affine(
                        new NirTensor(Shape.of(4, 2), new float[] {1, 0, 0.5f, 0.5f, -1, 0, 0, 2}),
                        NirTensor.full(Shape.of(4), 0f)));
        if (neurons) {
            Shape four = Shape.of(4);
            nodes.put(
                    "neurons",
                    new NirNode.IntegrateAndFire(
                            NirTensor.full(four, 1f), NirTensor.full(four, threshold), NirTensor.full(four, 0f)));
        }
        nodes.put("output", new NirNode.Output(Shape.of(4)));
        return new NirGraph(nodes, new LinkedHashMap<>());
    }
}
