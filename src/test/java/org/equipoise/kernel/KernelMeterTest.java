package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeDifference.Purpose;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Test;

/** A meter counts what calls did and tells whose they were, on numbers that can be worked out by hand. */
class KernelMeterTest {
    private static final int IMAGES = 2;
    private static final LayerLayout BELOW = LayerLayout.ofNeurons(16, 3, 3);
    private static final LayerLayout ABOVE = LayerLayout.ofNeurons(64, 2, 2);
    private static final ConvolutionGeometry GEOMETRY = new ConvolutionGeometry(BELOW, ABOVE, 2, 2, 1, 0);

    private final Arena arena = Arena.ofAuto();
    private final WeightBlocks other = weights(GEOMETRY.forwardRows(), 64);
    private final WeightBlocks forward = weights(GEOMETRY.forwardRows(), 64);
    private final WeightBlocks backward = weights(GEOMETRY.backwardRows(), 16);
    private final KernelMeter meter =
            new KernelMeter(Kernels.scalar(), List.of(List.of(other), List.of(forward, backward)));
    private final SpikingState state =
            new SpikingState(floats(BELOW), floats(BELOW), floats(BELOW), spikes(BELOW), spikes(BELOW));
    private final SpikeTensor assumed = spikes(BELOW);

    @Test
    void countsRowsOfSpikesThatFired() {
        step();
        state.q().set(0, BELOW.index(4, 5), true); // seen by four windows
        state.q().set(1, BELOW.index(0, 3), true); // seen by one
        assumed.set(1, BELOW.index(1, 2), true); // seen by two, and expected in vain
        meter.reset();
        sendForward(difference(state.q(), assumed));
        Sum sum = onlyPart(new Part(Work.FORWARD, 1, false));
        assertEquals(7 * 64, sum.additions());
        assertEquals(3, sum.spikes());
        assertEquals(7 * 64 * 4, sum.traffic().weightRows());
        assertEquals(7 * 64 * 4, sum.traffic().weights());
        assertEquals(2L * IMAGES * ABOVE.paddedNeurons() * 4, sum.traffic().currents());
        assertEquals(2L * IMAGES * BELOW.wordStride() * 8, sum.traffic().spikes());
        assertEquals(0, sum.traffic().states() + sum.traffic().learning());
        assertTrue(sum.nanos() > 0 && meter.countingNanos() > 0);
    }

    @Test
    void countsPooling() {
        LayerLayout pooled = LayerLayout.ofNeurons(64, 1, 1);
        PoolingWindow window = new PoolingWindow(ABOVE, pooled, 2);
        SpikeTensor winners = spikes(ABOVE);
        meter.kernels().pooling().addMaximum(window, floats(ABOVE), floats(pooled), winners, 0, IMAGES);
        Sum sum = onlyPart(new Part(Work.POOLING, -1, false));
        assertEquals(IMAGES * (4 + 2) * 64 * 4, sum.traffic().currents());
        assertEquals(IMAGES * 4 * 64 / 8, sum.traffic().spikes());

        meter.reset();
        SpikeTensor sent = spikes(pooled);
        sent.set(1, 7, true);
        SpikeTensor map = spikes(ABOVE);
        meter.kernels().pooling().unpool(window, sent, winners, map, 0, IMAGES);
        meter.reset();
        SpikeDifference unpooled = difference(map, spikes(ABOVE));
        meter.kernels().spikes().addBackward(GEOMETRY, unpooled, backward, floats(BELOW), 0, IMAGES);
        assertEquals(1, onlyPart(new Part(Work.BACKWARD, 1, false)).spikes(), "spikes sent from a winner were fired");
    }

    @Test
    void tellsChangesOfWhatIsExpectedFromSpikes() {
        step();
        state.expected().set(0, BELOW.index(8, 0), true);
        meter.reset();
        sendForward(new SpikeDifference(
                state.expected(), assumed, KernelShapes.events(arena, BELOW, IMAGES), Purpose.EXPECTATION));
        assertEquals(64, onlyPart(new Part(Work.FORWARD, 1, true)).additions());
    }

    @Test
    void countsRowsTowardsTheImage() {
        SpikeTensor fired = spikes(ABOVE);
        SpikingState above = new SpikingState(floats(ABOVE), floats(ABOVE), floats(ABOVE), fired, spikes(ABOVE));
        stepOf(above, ABOVE);
        fired.clear(IMAGES);
        fired.set(1, ABOVE.index(3, 60), true);
        meter.reset();
        meter.kernels()
                .spikes()
                .addBackward(GEOMETRY, difference(fired, spikes(ABOVE)), backward, floats(BELOW), 0, IMAGES);
        Sum sum = onlyPart(new Part(Work.BACKWARD, 1, false));
        assertEquals(4 * 16, sum.additions());
        assertEquals(2L * IMAGES * BELOW.paddedNeurons() * 4, sum.traffic().currents());
    }

    @Test
    void rowsBeyondTheMatrixComeFromAfarOnce() {
        step();
        for (int i = 0; i < BELOW.paddedNeurons(); i++) {
            state.q().set(0, i, true);
        }
        meter.reset();
        sendForward(difference(state.q(), assumed));
        Sum sum = onlyPart(new Part(Work.FORWARD, 1, false));
        assertEquals(16 * 16, sum.additions() / 64); // every window sees 4 positions of 16 channels
        assertEquals(64L * 64 * 4, sum.traffic().weights());
    }

    @Test
    void neuronsAreCountedWithWhatTheyReadAndWrite() {
        meter.reset();
        step();
        Sum sum = onlyPart(new Part(Work.NEURONS, -1, false));
        assertEquals(7 * 4 * IMAGES * 9 * 16, sum.traffic().states());
        assertEquals(2 * IMAGES * 9 * 16 / 8, sum.traffic().spikes());
    }

    @Test
    void realStatesAddEveryRow() {
        meter.reset();
        meter.kernels().states().addForward(GEOMETRY, floats(BELOW), forward, floats(ABOVE), IMAGES);
        Sum sum = onlyPart(new Part(Work.FORWARD, 1, false));
        assertEquals(IMAGES * 4 * 4 * 16 * 64, sum.additions());
        assertEquals(IMAGES * 9 * 16 * 4, sum.traffic().states());
    }

    private void step() {
        stepOf(state, BELOW);
    }

    private void stepOf(SpikingState of, LayerLayout layout) {
        MemorySegment bias = arena.allocate((long) layout.channelStride() * Float.BYTES, 64);
        SigmaDeltaStep step = SigmaDeltaStep.of(0.5f, 0.1f, 0.5f);
        meter.kernels().neurons().stepSpiking(step, floats(layout), bias, null, of, 0, IMAGES);
    }

    private void sendForward(SpikeDifference sent) {
        FloatTensor current = floats(ABOVE);
        meter.kernels().spikes().addForward(GEOMETRY, sent, forward, current, current, 0, IMAGES);
    }

    private Sum onlyPart(Part part) {
        Map<Part, Sum> sums = meter.sums();
        assertEquals(Set.of(part), sums.keySet());
        return sums.get(part);
    }

    private WeightBlocks weights(int rows, int lanes) {
        return new WeightBlocks(arena.allocate(WeightBlocks.weightsNeeded(rows, lanes) * 4, 64), rows, lanes);
    }

    private FloatTensor floats(LayerLayout layout) {
        return new FloatTensor(arena.allocate(FloatTensor.floatsNeeded(layout, IMAGES) * 4, 64), layout, IMAGES);
    }

    private SpikeTensor spikes(LayerLayout layout) {
        return new SpikeTensor(arena.allocate(SpikeTensor.wordsNeeded(layout, IMAGES) * 8, 64), layout, IMAGES);
    }

    private SpikeDifference difference(SpikeTensor fired, SpikeTensor expected) {
        return new SpikeDifference(fired, expected, KernelShapes.events(arena, fired.layout(), IMAGES));
    }
}
