package org.equipoise.bench.scaling;

import java.util.List;

/**
 * How long one machine computes on a batch: {@code perBatch + images · (perImage + steps · perStep)}.
 *
 * @param perBatch seconds of the update, and of all else that images do not change
 * @param perImage seconds of an image's share in the gradient
 * @param perStep seconds of a step of one image
 */
record Computing(double perBatch, double perImage, double perStep) {
    /**
     * A batch that was timed.
     *
     * @param images its images
     * @param steps the steps of each
     * @param seconds how long it took
     */
    record Sample(int images, int steps, double seconds) {}

    static Computing fit(List<Sample> samples) {
        double[][] terms = new double[samples.size()][];
        double[] measured = new double[samples.size()];
        for (int i = 0; i < measured.length; i++) {
            Sample sample = samples.get(i);
            terms[i] = new double[] {1, sample.images(), (double) sample.images() * sample.steps()};
            measured[i] = sample.seconds();
        }
        double[] factors = LeastSquares.fit(terms, measured);
        return new Computing(factors[0], factors[1], factors[2]);
    }

    double seconds(double images, int steps) {
        return perBatch + images * (perImage + steps * perStep);
    }

    /** {@return the same on a machine that is so many times as fast} */
    Computing faster(double times) {
        return new Computing(perBatch / times, perImage / times, perStep / times);
    }
}
