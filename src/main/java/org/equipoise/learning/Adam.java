package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels.Adaptation;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Connection;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;

/**
 * Adam (Kingma and Ba 2015) with one rate a layer: running means of the gradient and of its square decide the step. Weight decay is
 * part of the gradient; biases do not decay.
 */
public final class Adam implements Optimiser {
    private static final String MEAN = "first-moment";
    private static final String SQUARE = "second-moment";

    /** What it keeps of every parameter. */
    static final List<String> MOMENTS = List.of(MEAN, SQUARE);

    private final LearningSettings settings;
    private final OptimiserSettings.Adam adam;
    private final Parameters parameters;
    private final Kernels kernels;
    private final Workers workers;
    private final OffHeapArena arena;
    private final Moments mean;
    private final Moments square;
    private long updates;

    Adam(
            LearningSettings settings,
            OptimiserSettings.Adam adam,
            Parameters parameters,
            Kernels kernels,
            Workers workers,
            Ledger ledger) {
        this.settings = settings;
        this.adam = adam;
        this.parameters = parameters;
        this.kernels = kernels;
        this.workers = workers;
        this.arena = ledger.open(plan(parameters.topology()));
        this.mean = Moments.of(arena, parameters.topology(), MEAN);
        this.square = Moments.of(arena, parameters.topology(), SQUARE);
    }

    static MemoryPlan plan(Topology topology) {
        return Moments.plan(topology, MOMENTS);
    }

    @Override
    public void apply(Gradients gradients, float scale, float rateFactor) {
        updates++;
        for (int l = 0; l < parameters.connections().size(); l++) {
            int layer = l;
            ConnectionParameters connection = parameters.connections().get(l);
            Connection shape = connection.connection();
            float rate = settings.rates().get(layer) * rateFactor;
            Adaptation ofWeights = adaptation(scale * shape.folding().mean(), rate, settings.decay());
            workers.forEach(
                    connection.master().blocks(),
                    (worker, block) -> kernels.plasticity()
                            .adapt(
                                    shape.folding(),
                                    shape.below().channelStride(),
                                    gradients.weights(layer),
                                    ofWeights,
                                    mean.weights().get(layer),
                                    square.weights().get(layer),
                                    connection.master(),
                                    block));
            moveBiases(layer, gradients.biases(layer), adaptation(scale, rate, 0f), connection.bias());
        }
        parameters.derive(kernels, workers);
    }

    /** Both running means start at zero; dividing by the weight that they have gathered so far takes that out again. */
    private Adaptation adaptation(float scale, float rate, float decay) {
        double weightOfMean = 1 - StrictMath.pow(adam.beta1(), (double) updates);
        double weightOfSquare = 1 - StrictMath.pow(adam.beta2(), (double) updates);
        return new Adaptation(
                scale,
                (float) (rate / weightOfMean),
                decay,
                adam.beta1(),
                1f - adam.beta1(),
                adam.beta2(),
                1f - adam.beta2(),
                (float) (1 / Math.sqrt(weightOfSquare)),
                adam.epsilon());
    }

    private void moveBiases(int layer, MemorySegment gradient, Adaptation adaptation, MemorySegment bias) {
        MemorySegment means = mean.biases().get(layer);
        MemorySegment squares = square.biases().get(layer);
        int channels = parameters.topology().connections().get(layer).layer().channels();
        for (int c = 0; c < channels; c++) {
            float change = adaptation.scale() * gradient.getAtIndex(ValueLayout.JAVA_FLOAT, c);
            float m =
                    adaptation.keepMean() * means.getAtIndex(ValueLayout.JAVA_FLOAT, c) + adaptation.newMean() * change;
            float v = adaptation.keepSquare() * squares.getAtIndex(ValueLayout.JAVA_FLOAT, c)
                    + adaptation.newSquare() * (change * change);
            float root = (float) Math.sqrt(v) * adaptation.correction() + adaptation.epsilon();
            means.setAtIndex(ValueLayout.JAVA_FLOAT, c, m);
            squares.setAtIndex(ValueLayout.JAVA_FLOAT, c, v);
            float b = bias.getAtIndex(ValueLayout.JAVA_FLOAT, c);
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, c, b + adaptation.rate() * m / root);
        }
    }

    @Override
    public List<Moments> moments() {
        return List.of(mean, square);
    }

    @Override
    public void continueAfter(long updatesMade) {
        updates = updatesMade;
    }

    @Override
    public void close() {
        arena.close();
    }
}
