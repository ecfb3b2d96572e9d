package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/**
 * Leaky integrate-and-fire neurons, metered: {@link KernelMeter}.
 *
 * @param measured the implementation that does the work
 * @param clock clocks a call and then finds out what it did
 */
record MeteredLeaky(LeakyKernels measured, MeteredPooling.Clock clock) implements LeakyKernels {
    @Override
    public void encodeImage(FloatTensor image, FloatTensor v, FloatTensor q, int images) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.encodeImage(image, v, q, images),
                () -> moved(image.layout(), images, 4)); // x and v read, v and q written
    }

    @Override
    public void step(
            LeakyStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            LeakyState state,
            int images) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.step(step, current, bias, nudge, state, images),
                () -> moved(current.layout(), images, 8)); // u read, v, r and r̄ read and written, q written
    }

    @Override
    public void spikesAndChanges(
            LeakyStep step, LeakyState state, FloatTensor sum, FloatTensor difference, int firstImage, int images) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.spikesAndChanges(step, state, sum, difference, firstImage, images),
                () -> moved(state.q().layout(), images, 5)); // q, r and r̄ read, sum and difference written
    }

    private static Sum moved(LayerLayout layout, int images, int values) {
        long neuronSteps = (long) images * layout.paddedNeurons();
        return new Sum(0, 0, 0, neuronSteps, Traffic.ofNeurons(layout, images, values, 0));
    }
}
