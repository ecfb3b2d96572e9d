package org.equipoise.network;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.parallel.Workers;

/** All weights and biases of a network, off-heap. After the master copies have changed, {@link #derive} must run. */
public final class Parameters implements AutoCloseable {
    private final Topology topology;
    private final MemoryScope.Holding memory;
    private final List<ConnectionParameters> connections;
    private final float errorGain;

    private Parameters(Topology topology, MemoryScope memory, float errorGain, boolean spiking) {
        this.topology = topology;
        this.memory = memory.holding();
        this.errorGain = errorGain;
        List<ConnectionParameters> all = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            boolean amplified = errorGain != 1f && spiking && l < topology.depth();
            all.add(ConnectionParameters.in(memory, topology.connections().get(l), l, amplified));
        }
        this.connections = List.copyOf(all);
    }

    /**
     * @param memory where the memory of the whole comes from that they are a part of
     * @param topology the network
     * @return weights of zero
     */
    public static Parameters in(MemoryScope memory, Topology topology) {
        return memory.part("parameters", part -> new Parameters(topology, part, 1f, false));
    }

    /**
     * Parameters for nudge phases too, which may need layouts of their own.
     *
     * @param memory where the memory of the whole comes from that they are a part of
     * @param configuration the network, its neurons and its phases
     * @return weights of zero
     */
    public static Parameters in(MemoryScope memory, Configuration configuration) {
        Topology topology = Topology.of(configuration.network());
        boolean spiking = configuration.neuron() instanceof NeuronSettings.SigmaDelta;
        return memory.part("parameters", part -> new Parameters(topology, part, configuration.errorGain(), spiking));
    }

    /**
     * Allocates weights of zero.
     *
     * @param topology the network
     * @param ledger where the memory is entered
     * @return parameters, which the caller closes
     */
    public static Parameters open(Topology topology, Ledger ledger) {
        return ledger.open(memory -> in(memory, topology));
    }

    /**
     * Allocates weights of zero, for nudge phases too.
     *
     * @param configuration the network, its neurons and its phases
     * @param ledger where the memory is entered
     * @return parameters, which the caller closes
     */
    public static Parameters open(Configuration configuration, Ledger ledger) {
        return ledger.open(memory -> in(memory, configuration));
    }

    /**
     * @param topology a network
     * @return the memory its parameters take
     */
    public static MemoryPlan plan(Topology topology) {
        return MemoryScope.count(memory -> in(memory, topology)).getFirst();
    }

    /** {@return the network's shape} */
    public Topology topology() {
        return topology;
    }

    /**
     * {@return the gain by which deviations from the free state travel up in nudge phases, while they travel down by 1; 1 where they travel
     * as all else does}
     */
    public float errorGain() {
        return errorGain;
    }

    /** {@return the parameters of each connection, from the image to the output} */
    public List<ConnectionParameters> connections() {
        return connections;
    }

    /**
     * Derives the layouts that settling reads from the master copies.
     *
     * @param kernels the arithmetic
     * @param workers who shares the work
     */
    public void derive(Kernels kernels, Workers workers) {
        for (ConnectionParameters parameters : connections) {
            workers.forEach(
                    parameters.forward().blocks(),
                    (worker, block) -> WeightLayouts.deriveForward(parameters, kernels.plasticity(), errorGain, block));
            workers.forEach(
                    parameters.connection().geometry().taps(),
                    (worker, tap) -> WeightLayouts.deriveBackward(parameters, kernels.plasticity(), errorGain, tap));
        }
    }

    /**
     * @param layer which connection, from 0
     * @return its weights in interchange order, {@link Connection#weightShape()}
     */
    public float[] weights(int layer) {
        return WeightLayouts.toInterchange(
                connections.get(layer).connection(), connections.get(layer).master());
    }

    /**
     * @param layer which connection, from 0
     * @param values its weights in interchange order
     */
    public void setWeights(int layer, float[] values) {
        WeightLayouts.fromInterchange(
                connections.get(layer).connection(),
                values,
                connections.get(layer).master());
    }

    /**
     * @param layer which connection, from 0
     * @return its biases, one a channel
     */
    public float[] biases(int layer) {
        ConnectionParameters parameters = connections.get(layer);
        float[] values = new float[parameters.connection().layer().channels()];
        for (int c = 0; c < values.length; c++) {
            values[c] = parameters.bias().getAtIndex(ValueLayout.JAVA_FLOAT, c);
        }
        return values;
    }

    /**
     * @param layer which connection, from 0
     * @param values its biases, one a channel
     */
    public void setBiases(int layer, float[] values) {
        ConnectionParameters parameters = connections.get(layer);
        WeightLayouts.requireLength(
                "biases", values.length, parameters.connection().layer().channels());
        for (int c = 0; c < values.length; c++) {
            parameters.bias().setAtIndex(ValueLayout.JAVA_FLOAT, c, values[c]);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
