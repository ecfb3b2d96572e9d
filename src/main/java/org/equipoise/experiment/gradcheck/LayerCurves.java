package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.random.CounterRandom;

/**
 * How the gradient of a layer's weights comes about over the steps t, by nudging and by walking back.
 *
 * @param layer which layer, 0 for the first hidden one
 * @param epMean mean magnitude over all of its weights, by step, of Equilibrium Propagation
 * @param bpttMean the same of back-propagation
 * @param cosine cosine of the angle between the two in each step; 0 where one of them is zero
 */
public record LayerCurves(
        int layer, String name, List<Curve> samples, List<Double> epMean, List<Double> bpttMean, List<Double> cosine) {
    /**
     * The gradient of the loss by one parameter, step by step.
     *
     * @param coordinate the parameter's place among its layer's weights, in interchange order
     * @param ep by Equilibrium Propagation: what each nudge step changes of it
     * @param bptt by back-propagation: what each step brings, the last step first
     */
    public record Curve(int coordinate, List<Double> ep, List<Double> bptt) {}

    /** Keeps the curves of a few weights of a layer, drawn from all, and the means over all of them. */
    static final class Recorder {
        private static final int DRAWN = 256;
        private static final int SHOWN = 3;

        private final int[] coordinates;
        private final List<double[]> estimates = new ArrayList<>();
        private final List<double[]> exacts = new ArrayList<>();
        private final List<Double> estimateMean = new ArrayList<>();
        private final List<Double> exactMean = new ArrayList<>();
        private final List<Double> cosine = new ArrayList<>();

        /**
         * @param random decides which of them are followed
         */
        Recorder(int coordinates, CounterRandom random) {
            this.coordinates = IntStream.range(0, DRAWN)
                    .map(i -> random.below(coordinates, i))
                    .distinct()
                    .sorted()
                    .toArray();
        }

        /** Notes a step. */
        void add(double[] estimate, double[] exact) {
            estimates.add(
                    Arrays.stream(coordinates).mapToDouble(i -> estimate[i]).toArray());
            exacts.add(Arrays.stream(coordinates).mapToDouble(i -> exact[i]).toArray());
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
            List<Integer> strongestFirst = IntStream.range(0, coordinates.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(drawn -> -norm(drawn)))
                    .toList();
            List<Curve> samples = IntStream.range(0, Math.min(SHOWN, coordinates.length))
                    .mapToObj(i -> curve(strongestFirst.get(i * coordinates.length / (2 * SHOWN))))
                    .toList();
            return new LayerCurves(layer, name, samples, estimateMean, exactMean, cosine);
        }

        private double norm(int drawn) {
            return exacts.stream()
                    .mapToDouble(step -> step[drawn] * step[drawn])
                    .sum();
        }

        private Curve curve(int drawn) {
            return new Curve(
                    coordinates[drawn],
                    estimates.stream().map(step -> step[drawn]).toList(),
                    exacts.stream().map(step -> step[drawn]).toList());
        }
    }
}
