package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.random.CounterRandom;

/** Keeps the curves of a few weights of a layer, drawn from all, and the means over all of them. */
final class CurveRecorder {
    private static final int DRAWN = 256;
    private static final int SHOWN = 3;

    private final int[] coordinates;
    private final List<double[]> estimates = new ArrayList<>();
    private final List<double[]> exacts = new ArrayList<>();
    private final List<Double> estimateMean = new ArrayList<>();
    private final List<Double> exactMean = new ArrayList<>();
    private final List<Double> cosine = new ArrayList<>();

    /**
     * @param coordinates how many weights there are
     * @param random decides which of them are followed
     */
    CurveRecorder(int coordinates, CounterRandom random) {
        Set<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < DRAWN; i++) {
            drawn.add(random.below(coordinates, i));
        }
        this.coordinates = drawn.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Notes a step. */
    void add(double[] estimate, double[] exact) {
        double[] fromEstimate = new double[coordinates.length];
        double[] fromExact = new double[coordinates.length];
        for (int i = 0; i < coordinates.length; i++) {
            fromEstimate[i] = estimate[coordinates[i]];
            fromExact[i] = exact[coordinates[i]];
        }
        estimates.add(fromEstimate);
        exacts.add(fromExact);
        estimateMean.add(meanMagnitude(estimate));
        exactMean.add(meanMagnitude(exact));
        cosine.add(Agreement.of(estimate, exact).cosine());
    }

    private static double meanMagnitude(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Math.abs(value);
        }
        return sum / values.length;
    }

    /** {@return the means, and the curves of a strong, a middling and a weak one of the stronger half of the weights drawn} */
    LayerCurves curves(int layer, String name) {
        List<Integer> strongestFirst = new ArrayList<>();
        for (int i = 0; i < coordinates.length; i++) {
            strongestFirst.add(i);
        }
        strongestFirst.sort(Comparator.comparingDouble(drawn -> -norm(drawn)));
        List<Curve> samples = new ArrayList<>();
        for (int i = 0; i < Math.min(SHOWN, coordinates.length); i++) {
            samples.add(curve(strongestFirst.get(i * coordinates.length / (2 * SHOWN))));
        }
        return new LayerCurves(layer, name, samples, estimateMean, exactMean, cosine);
    }

    private double norm(int drawn) {
        return exacts.stream().mapToDouble(step -> step[drawn] * step[drawn]).sum();
    }

    private Curve curve(int drawn) {
        return new Curve(
                coordinates[drawn],
                estimates.stream().map(step -> step[drawn]).toList(),
                exacts.stream().map(step -> step[drawn]).toList());
    }
}
