package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.experiment.Trace;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.Shape;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.EquilibriumPropagation;
import org.equipoise.learning.Gradients;
import org.equipoise.learning.SteppedNudge;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Pictures;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the settings, everything that lets a network settle comes to the same states, answers and gradients, bit for bit. */
class PhaseAgreementTest {
    private static final int IMAGES = 5;
    private static final int PIXELS = 64;
    private static final int CLASSES = 3;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    @TempDir
    Path folder;

    static long[] seeds() {
        return LongStream.range(0, 60).toArray();
    }

    private static String yaml(long seed) {
        CounterRandom random = new CounterRandom(seed, 5);
        boolean rate = random.bits(0) % 2 == 0;
        String pool = List.of("none", "avg2", "max2").get(random.below(3, 1));
        if (seed >= 44) {
            pool = seed % 2 == 0 ? "{max: 2, winners: decoded}" : "{max: 2, winners: held}";
        }
        String image = seed >= 16 && seed % 2 == 0 ? ", image: current" : "";
        String neuron =
                rate ? "{kind: rate, epsilon: 0.4}" : "{kind: sigma-delta, epsilon: 0.3, lambda: 0.6" + image + "}";
        String readout = random.below(3, 2) == 0 ? ", loss: cross-entropy, readout: softmax" : "";
        String scheme = List.of("symmetric", "one-sided", "one-sided, against: same-step")
                .get(random.below(3, 3));
        String settle = random.below(3, 4) == 0 ? ", settle: {tolerance: 0.02, window: 3}" : "";
        int average = 1 + random.below(5, 5);
        boolean amplified = seed >= 24 && seed < 54;
        String normalise = rate && random.below(3, 6) == 0 ? ", normalise: {mean: [0.2], deviation: [0.7]}" : "";
        return """
                network: {input: [1, 8, 8], layers: [{conv: 4, kernel: 3, pool: %s}, {linear: 7}, {linear: %d}]%s%s}
                neuron: %s
                phases: {free: 21, nudge: 9, beta: 0.6, scheme: %s, average: %d%s%s}
                learning: {rates: [0.1, 0.1, 0.1]%s}
                training: {batch: %d, epochs: 1, tile: 2}
                """.formatted(
                        pool,
                        CLASSES,
                        normalise,
                        amplified ? ", feedback: 0.4" : "",
                        neuron,
                        scheme,
                        average,
                        settle,
                        amplified ? ", errors: amplified" : "",
                        readout,
                        IMAGES);
    }

    private static float[] pixels(long seed) {
        CounterRandom random = new CounterRandom(seed, 6);
        float[] pixels = new float[IMAGES * PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.below(256, i) / 255f;
        }
        return pixels;
    }

    private static float[] targets() {
        float[] targets = new float[IMAGES * CLASSES];
        for (int i = 0; i < IMAGES; i++) {
            targets[i * CLASSES + i % CLASSES] = 1f;
        }
        return targets;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersAgree(long seed) {
        Configuration configuration = ConfigurationReader.read(yaml(seed), "test", List.of());
        float[] images = pixels(seed);
        try (Equipoise network = Equipoise.yaml(yaml(seed)).threads(2).open()) {
            float[][] outputs = network.outputs(images);
            Path model = folder.resolve("model.safetensors");
            network.save(model);
            try (Predictor predictor = network.predictor(1);
                    Inference inference = Inference.open(
                            configuration, ModelFile.at(model), new Machine(kernels, 1, Ledger.unlimited()), IMAGES)) {
                float[][] inferred =
                        inference.outputs(IMAGES, (image, target, slot) -> fill(target, slot, images, image));
                for (int i = 0; i < IMAGES; i++) {
                    float[] image = Arrays.copyOfRange(images, i * PIXELS, (i + 1) * PIXELS);
                    assertArrayEquals(outputs[i], network.settle(image).outputs(), "settle");
                    assertArrayEquals(outputs[i], predictor.outputs(image), "predictor");
                    assertArrayEquals(outputs[i], inferred[i], "inference");
                    List<float[]> looks = new ArrayList<>();
                    network.trace(image, 4, state -> looks.add(state.outputs()));
                    assertEquals(6, looks.size());
                    assertArrayEquals(outputs[i], looks.getLast(), "trace");
                }
            }
        }
    }

    private static void fill(FloatTensor target, int slot, float[] images, int image) {
        for (int p = 0; p < PIXELS; p++) {
            target.set(slot, target.layout().index(p, 0), images[image * PIXELS + p]);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gradientsAgree(long seed) {
        Configuration configuration = ConfigurationReader.read(yaml(seed), "test", List.of());
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(configuration, ledger)) {
            new Initialiser(seed).fill(parameters);
            parameters.derive(kernels, workers);
            Path model = folder.resolve("model.safetensors");
            ModelFile.writeSafetensors(model, configuration, parameters);
            float[] images = pixels(seed);
            try (EquilibriumPropagation learner = ledger.open(
                            memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers));
                    SteppedNudge stepped = ledger.open(
                            memory -> new SteppedNudge(memory, configuration, parameters, kernels, workers))) {
                for (int i = 0; i < IMAGES; i++) {
                    fill(learner.image(), i, images, i);
                    fill(stepped.image(), i, images, i);
                    PhaseProgram.normalise(configuration.network().normalisation(), learner.image(), i);
                    PhaseProgram.normalise(configuration.network().normalisation(), stepped.image(), i);
                    learner.target().set(i, i % CLASSES, 1f);
                    stepped.target().set(i, i % CLASSES, 1f);
                }
                Gradients learnt = learner.contrast(IMAGES);
                stepped.settle();
                for (int step = 0; step < configuration.phases().nudge(); step++) {
                    stepped.nudge(1);
                }
                Gradients byStep = stepped.contrast();
                byte[] traced = new Trace(configuration, kernels, ledger, workers, 4)
                        .run(
                                model,
                                Pictures.of(
                                        NpyArray.float32(Shape.of(IMAGES, 1, 8, 8), images),
                                        configuration.network().input()),
                                NpyArray.float32(Shape.of(IMAGES, CLASSES), targets()))
                        .toBytes();
                try (SafetensorsFile trace = SafetensorsFile.read(traced, "trace")) {
                    for (int l = 0; l < topology.connections().size(); l++) {
                        var connection = topology.connections().get(l);
                        float[] weights = learnt.weightGradient(connection, l, -stepped.scale());
                        float[] biases = learnt.biasGradient(connection, l, -stepped.scale());
                        assertArrayEquals(weights, byStep.weightGradient(connection, l, -stepped.scale()), "by step");
                        assertArrayEquals(biases, byStep.biasGradient(connection, l, -stepped.scale()), "by step");
                        assertArrayEquals(weights, trace.floats("grad/layers." + l + ".weight"), "traced weights");
                        assertArrayEquals(biases, trace.floats("grad/layers." + l + ".bias"), "traced biases");
                    }
                }
            }
        }
    }
}
