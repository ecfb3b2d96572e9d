package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.KernelMeter.Part;
import org.equipoise.kernel.KernelMeter.Sum;
import org.equipoise.kernel.KernelMeter.Work;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * The step of the neurons walked back, metered: {@link KernelMeter}.
 *
 * @param measured the implementation that does the work
 * @param clock clocks a call and then finds out what it did
 */
record MeteredAdjoints(AdjointKernels measured, MeteredPooling.Clock clock) implements AdjointKernels {
    @Override
    public void notePassed(
            float epsilon,
            Activation activation,
            FloatTensor drive,
            MemorySegment bias,
            FloatTensor before,
            SpikeTensor passed,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.notePassed(epsilon, activation, drive, bias, before, passed, firstImage, endImage),
                () -> moved(passed.layout(), endImage - firstImage, 2, 1)); // u or v and s read, what passed written
    }

    @Override
    public void noteWindow(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            SpikeTensor window,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.noteWindow(threshold, width, phi, q, window, firstImage, endImage),
                () -> moved(window.layout(), endImage - firstImage, 1, 2)); // φ and q read, the window written
    }

    @Override
    public void noteSlope(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            FloatTensor slope,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.noteSlope(threshold, width, phi, q, slope, firstImage, endImage),
                () -> moved(slope.layout(), endImage - firstImage, 2, 1)); // φ and q read, the slope written
    }

    @Override
    public void backClipped(
            float epsilon,
            Activation activation,
            Arriving arriving,
            SpikeTensor passed,
            FloatTensor s,
            Leaving leaving,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.backClipped(epsilon, activation, arriving, passed, s, leaving, firstImage, endImage),
                () -> stepped(
                        s.layout(),
                        endImage - firstImage,
                        4,
                        1)); // what arrives, what passed and s read; s and u written
    }

    @Override
    public void backSmooth(
            float epsilon,
            Activation activation,
            Arriving arriving,
            FloatTensor before,
            FloatTensor after,
            FloatTensor s,
            Leaving leaving,
            int firstImage,
            int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.backSmooth(
                        epsilon, activation, arriving, before, after, s, leaving, firstImage, endImage),
                () -> stepped(
                        s.layout(),
                        endImage - firstImage,
                        6,
                        0)); // what arrives, the states around the step and s read; s and u written
    }

    @Override
    public void backSpiking(
            SigmaDeltaStep step,
            boolean attached,
            Arriving arriving,
            SpikeTensor passed,
            Slope slope,
            Carried carried,
            Leaving leaving,
            int firstImage,
            int endImage) {
        // What arrives, what passed, the slope and the cotangents of s, v and φ read; these three and that of u
        // written.
        int values = slope instanceof Slope.Values ? 9 : 8;
        int bits = slope instanceof Slope.Window ? 2 : 1;
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.backSpiking(
                        step, attached, arriving, passed, slope, carried, leaving, firstImage, endImage),
                () -> stepped(carried.s().layout(), endImage - firstImage, values, bits));
    }

    @Override
    public void expand(SpikeTensor spikes, FloatTensor to, int firstImage, int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.expand(spikes, to, firstImage, endImage),
                () -> moved(spikes.layout(), endImage - firstImage, 1, 1)); // spikes read, values written
    }

    @Override
    public void scale(float factor, FloatTensor values, int firstImage, int endImage) {
        clock.time(
                new Part(Work.NEURONS),
                () -> measured.scale(factor, values, firstImage, endImage),
                () -> moved(values.layout(), endImage - firstImage, 2, 0)); // values read and written
    }

    private static Sum stepped(LayerLayout layout, int images, int values, int bits) {
        long neuronSteps = (long) images * layout.paddedNeurons();
        return new Sum(0, 0, 0, neuronSteps, Traffic.ofNeurons(layout, images, values, bits));
    }

    private static Sum moved(LayerLayout layout, int images, int values, int bits) {
        return new Sum(0, 0, 0, 0, Traffic.ofNeurons(layout, images, values, bits));
    }
}
