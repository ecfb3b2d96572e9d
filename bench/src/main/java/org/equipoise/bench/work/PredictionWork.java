package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.equipoise.Equipoise;
import org.equipoise.EquipoiseBuilder;
import org.equipoise.KernelChoice;
import org.equipoise.Predictor;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;

/**
 * The answer of a small network to one image of 28 × 28: through the public API's predictor, and by the engine's own classes with the
 * same parameters. A network has the kernels that it was opened with.
 */
public final class PredictionWork extends Work {
    private static final int PIXELS = 28 * 28;

    private final Kernels kernels;
    private final Equipoise network;
    private final Predictor predictor;
    private final Parameters parameters;
    private final Settling settling;
    private final int freeSteps;
    private final float[] image = new float[PIXELS];
    private final MemorySegment throughApi;
    private final MemorySegment byEngine;

    /**
     * @param space where answers go
     * @param kernels by which implementation networks are to compute
     * @param net {@code linear}, 784-16-10 for ten steps, or {@code quick}, the preset
     */
    public PredictionWork(Space space, Kernels kernels, String net) {
        super(space);
        this.kernels = kernels;
        EquipoiseBuilder builder = switch (net) {
            case "linear" -> Equipoise.network(1, 28, 28).linear(16).output(10).set("phases.free", 10);
            case "quick" -> Equipoise.preset("quick");
            default -> throw new IllegalArgumentException("'" + net + "' was found where linear or quick was expected");
        };
        this.network = builder.threads(1)
                .kernels(kernels.vectorBits() == 0 ? KernelChoice.SCALAR : KernelChoice.VECTOR)
                .open();
        this.predictor = network.predictor(1);
        Configuration configuration = ConfigurationReader.read(network.settings(), "the network", List.of());
        this.freeSteps = configuration.phases().free();
        Ledger ledger = Ledger.unlimited();
        this.parameters = Parameters.open(Topology.of(configuration.network()), ledger);
        for (int l = 0; l < parameters.connections().size(); l++) {
            parameters.setWeights(l, network.weights(l));
            parameters.setBiases(l, network.biases(l));
        }
        try (Workers one = new Workers(1)) {
            parameters.derive(kernels, one);
        }
        this.settling = Settling.open(configuration.neuron(), null, parameters, kernels, ledger, "bench", 1, false);
        this.throughApi = space.floats(network.classes());
        this.byEngine = space.floats(network.classes());
    }

    @Override
    public void fill() {
        new Contents().fill(MemorySegment.ofArray(image), 1f);
        for (int i = 0; i < PIXELS; i++) {
            image[i] = Math.abs(image[i]);
        }
        throughApi.fill((byte) 0);
        byEngine.fill((byte) 0);
    }

    private void requireOwn(Kernels by) {
        if (by.vectorBits() != kernels.vectorBits()) {
            throw new IllegalArgumentException("The networks were opened with other kernels");
        }
    }

    /**
     * Asks the predictor.
     *
     * @param by the kernels that it was opened with
     */
    public void predict(Kernels by) {
        requireOwn(by);
        float[] answer = predictor.outputs(image);
        MemorySegment.copy(answer, 0, throughApi, ValueLayout.JAVA_FLOAT, 0, answer.length);
    }

    /**
     * Lets the engine settle.
     *
     * @param by the kernels that it was opened with
     */
    public void settle(Kernels by) {
        requireOwn(by);
        FloatTensor input = settling.image();
        MemorySegment.copy(image, 0, input.segment(), ValueLayout.JAVA_FLOAT, input.imageOffset(0), PIXELS);
        settling.begin(1);
        settling.free(freeSteps);
        FloatTensor output = settling.output();
        MemorySegment.copy(output.segment(), output.imageOffset(0), byEngine, 0, byEngine.byteSize());
    }

    /** {@return whether the last two answers are the same, bit for bit} */
    public boolean agree() {
        return throughApi.mismatch(byEngine) < 0;
    }

    @Override
    public void close() {
        predictor.close();
        network.close();
        settling.close();
        parameters.close();
        super.close();
    }
}
