package org.equipoise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.error.BadInputException;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;

/** The examples of the public API's documentation, which shows the regions as they stand here. {@link EmbeddingExamplesTest} runs them. */
final class EmbeddingExamples {
    private EmbeddingExamples() {}

    static int whole(float[] images, int[] labels, float[] unknown, Path file) {
        // @start region="whole"
        try (Equipoise network = Equipoise.network(1, 8, 8)
                .convolution(8, 3)
                .averagePooling(2)
                .linear(32)
                .output(3)
                .phases(20, 8, 0.9)
                .rates(0.4, 0.2, 0.1)
                .batch(10)
                .epochs(2)
                .open()) {
            network.train(images, labels); // images: float[count × 1 × 8 × 8] in [0, 1]
            network.save(file);
        }
        try (Equipoise network = Equipoise.model(file).open()) {
            return network.classify(unknown)[0];
        }
        // @end
    }

    static EquipoiseBuilder layers() {
        // @start region="layers"
        EquipoiseBuilder spiking = Equipoise.network(1, 28, 28)
                .convolution(16, 3)
                .averagePooling(2)
                .convolution(32, 3)
                .averagePooling(2)
                .linear(64)
                .output(10)
                .spiking(0.2, 0.6);

        EquipoiseBuilder continuous =
                Equipoise.network(1, 28, 28).linear(512).softmax(10).rate(1.0, "half-clip");
        // @end
        return spiking.seed(1).set("learning.decay", continuous.hashCode() * 0);
    }

    static long settings() {
        // @start region="settings"
        Ledger shared = new Ledger(200_000_000); // bytes, for both networks together
        EquipoiseBuilder quick = Equipoise.preset("quick")
                .set("learning.optimizer", "adam")
                .set("learning.momentum", 0)
                .rates(0.002, 0.002, 0.002, 0.002)
                .threads(2)
                .ledger(shared);
        try (Equipoise first = quick.seed(1).open();
                Equipoise second = quick.seed(2).kernels(KernelChoice.SCALAR).open()) {
            return first.trainingBytes() + second.trainingBytes();
        }
        // @end
    }

    static List<String> listener(Equipoise network, float[] images, int[] labels, Path best) {
        // @start region="listener"
        List<String> lines = new ArrayList<>();
        network.training(images, labels)
                .test(images, labels)
                .epochs(3)
                .listener(new ProgressListener() {
                    private double least = 100;

                    @Override
                    public void epochDone(EpochReport report) {
                        lines.add("epoch " + report.epoch() + ": " + report.testErrorPercent() + " %");
                        if (report.trainErrorPercent() < least) {
                            least = report.trainErrorPercent();
                            network.save(best);
                        }
                    }

                    @Override
                    public boolean stops() {
                        return least < 1 || Thread.currentThread().isInterrupted();
                    }
                })
                .run();
        // @end
        return lines;
    }

    static int[] predictor(Equipoise network, float[][] images) throws Exception {
        int[] classes = new int[images.length];
        // @start region="predictor"
        try (Predictor predictor = network.predictor(2); // two images settle at once
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (float[] image : images) {
                answers.add(threads.submit(() -> predictor.classify(image)));
            }
            for (int i = 0; i < images.length; i++) {
                classes[i] = answers.get(i).get();
            }
        }
        // @end
        return classes;
    }

    static List<EpochReport> segments(Equipoise network, float[] images, int[] labels) {
        // @start region="segments"
        try (Arena arena = Arena.ofShared()) { // workers read it, so no confined arena
            MemorySegment pixels = arena.allocateFrom(ValueLayout.JAVA_FLOAT, images);
            return network.training(pixels, labels).epochs(1).run();
        }
        // @end
    }

    static float[] settle(Equipoise network, float[] image) {
        // @start region="settle"
        NetworkState settled = network.settle(image);
        float[] hidden = settled.layers().getFirst().activations();

        List<String> course = new ArrayList<>();
        network.trace(
                image,
                1, // nudged towards class 1, and away from it
                10, // a look at every tenth step
                state -> course.add(state.phase() + " " + state.step() + ": " + Arrays.toString(state.outputs())));
        // @end
        if (course.isEmpty()) {
            throw new IllegalStateException("no state was seen");
        }
        return hidden;
    }

    static String failures(Path settings) {
        // @start region="failures"
        try (Equipoise network =
                Equipoise.configuration(settings).maxMemory(50_000_000).open()) {
            return network.kernelsReason();
        } catch (BadInputException wrong) {
            return "Correct this and try again: " + wrong.getMessage();
        } catch (BudgetExceededException large) {
            return "Give it more memory: " + large.getMessage();
        }
        // @end
    }
}
