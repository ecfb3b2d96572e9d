package org.equipoise.training.health;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.equipoise.config.Configuration;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.health.TrainingAnomaly.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a network after every batch: whether its activations, biases and, a part at a time, weights are finite and of a sensible
 * size, and whether layers are silent or saturated, which learn no more since the derivative of their activation is zero there.
 *
 * <p>Looking changes nothing and allocates nothing unless something is found. What is found depends on activations and the number of
 * the update alone; counts of batches in a row start anew when a run is resumed.
 */
public final class HealthMonitor {
    /** Batches in a row after which a silent or saturated layer is told of; and then after ten and a hundred times as many. */
    public static final int PATIENCE = 20;

    private static final int AGAIN = 10;

    /** Neurons that are as active as they can be, of a hundred, from which a layer counts as saturated. */
    private static final double SATURATED_PERCENT = 99;

    /** Weights are looked at in so many batches, a part in each. */
    private static final int PARTS = 16;

    private final Topology topology;
    private final AnomalyText text;
    private final ValueScan scan = new ValueScan();
    private final ActivationStatistics counts;
    private final int[] silentFor;
    private final int[] saturatedFor;

    /**
     * @param configuration what is trained
     * @param topology its network
     */
    public HealthMonitor(Configuration configuration, Topology topology) {
        this.topology = topology;
        this.text = new AnomalyText(configuration);
        this.counts = new ActivationStatistics(topology.connections().size());
        this.silentFor = new int[topology.connections().size() + 1];
        this.saturatedFor = new int[topology.connections().size() + 1];
    }

    /**
     * Looks at a network that has just learnt from a batch.
     *
     * @param activations of each layer, 1 for the first hidden one, for the batch; null where they are not known
     * @param images how many images the batch had
     * @param parameters weights and biases after the update
     * @param update number of the update, from 0
     * @return what is wrong, that which is fatal first; empty as a rule
     */
    public List<TrainingAnomaly> examine(
            IntFunction<@Nullable FloatTensor> activations, int images, Parameters parameters, long update) {
        return examine(statistics(activations, images), parameters, update);
    }

    /**
     * Counts what kinds of activations there are.
     *
     * @param activations of each layer, 1 for the first hidden one, for a batch or some of it; null where they are not known
     * @param images how many images there are
     * @return the counts, until this is called again
     */
    public ActivationStatistics statistics(IntFunction<@Nullable FloatTensor> activations, int images) {
        for (int l = 1; l <= topology.connections().size(); l++) {
            FloatTensor tensor = activations.apply(l);
            scan.reset();
            if (tensor != null) {
                scan.addNeurons(tensor, images);
            }
            counts.set(l, scan);
        }
        return counts;
    }

    /**
     * Looks at a network that has just learnt from a batch.
     *
     * @param statistics counts of the whole batch
     * @param parameters weights and biases after the update
     * @param update number of the update, from 0
     * @return what is wrong, that which is fatal first; empty as a rule
     */
    public List<TrainingAnomaly> examine(ActivationStatistics statistics, Parameters parameters, long update) {
        TrainingAnomaly fatal = null;
        List<TrainingAnomaly> others = List.of();
        for (int l = 1; l <= topology.connections().size(); l++) {
            if (!statistics.known(l)) {
                continue;
            }
            if (statistics.wild(l) && fatal == null) {
                fatal = wild(l, "activations", statistics.firstWild(l));
            }
            if (l <= topology.depth()) {
                others = with(others, silence(l, statistics));
                others = with(others, saturation(l, statistics));
            }
        }
        for (int l = 1; l <= topology.connections().size() && fatal == null; l++) {
            ConnectionParameters connection = parameters.connections().get(l - 1);
            scan.reset();
            addPart(connection.master(), (int) (update % PARTS));
            addBiases(connection);
            fatal = scan.wild() ? wild(l, "weights or biases", scan.firstWild()) : null;
        }
        return fatal == null ? others : List.of(fatal);
    }

    private void addPart(WeightBlocks weights, int part) {
        long all = (long) weights.rows() * weights.lanes();
        long first = all * part / PARTS;
        scan.add(weights.segment(), first * Float.BYTES, all * (part + 1) / PARTS - first);
    }

    private void addBiases(ConnectionParameters connection) {
        MemorySegment biases = connection.bias();
        scan.add(biases, 0, connection.connection().layer().channels());
    }

    private TrainingAnomaly wild(int layer, String what, float value) {
        Kind kind = Float.isFinite(value) ? Kind.TOO_LARGE : Kind.NOT_FINITE;
        return new TrainingAnomaly(kind, layer, 1, text.wild(layer, what, value));
    }

    private @Nullable TrainingAnomaly silence(int layer, ActivationStatistics statistics) {
        silentFor[layer] = statistics.silent(layer) ? silentFor[layer] + 1 : 0;
        int batches = silentFor[layer];
        return due(batches) ? new TrainingAnomaly(Kind.SILENT, layer, batches, text.silent(layer, batches)) : null;
    }

    private @Nullable TrainingAnomaly saturation(int layer, ActivationStatistics statistics) {
        double percent = statistics.fullPercent(layer);
        saturatedFor[layer] = percent >= SATURATED_PERCENT ? saturatedFor[layer] + 1 : 0;
        int batches = saturatedFor[layer];
        return due(batches)
                ? new TrainingAnomaly(Kind.SATURATED, layer, batches, text.saturated(layer, percent, batches))
                : null;
    }

    private static boolean due(int batches) {
        return batches == PATIENCE || batches == PATIENCE * AGAIN || batches == PATIENCE * AGAIN * AGAIN;
    }

    private static List<TrainingAnomaly> with(List<TrainingAnomaly> anomalies, @Nullable TrainingAnomaly anomaly) {
        if (anomaly == null) {
            return anomalies;
        }
        List<TrainingAnomaly> more = new ArrayList<>(anomalies);
        more.add(anomaly);
        return more;
    }
}
