package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.equipoise.data.ImageSet;
import org.equipoise.learning.Loss;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;

/**
 * The classes that a network gives the first images of a set.
 *
 * @param classes how many classes there are
 * @param outputs how many classes the network can give, as many or more
 */
public record Predictions(List<Prediction> all, int classes, int outputs) {

    /** The class that the network gives an image. */
    public record Prediction(int image, int label, int predicted, double loss) {}

    static Predictions of(RunRecord run, ImageSet images, Machine machine, Evaluator.TestProgress progress) {
        Loss loss = Loss.of(run.configuration().network());
        List<Prediction> predictions = new ArrayList<>();
        try (Inference inference = Inference.open(run.configuration(), run.model(), machine, images.count())) {
            Evaluator.ImageSource source = Evaluator.source(images);
            for (int first = 0; first < images.count(); first += Evaluator.IMAGES_AT_ONCE) {
                int offset = first;
                int count = Math.min(Evaluator.IMAGES_AT_ONCE, images.count() - first);
                float[][] outputs =
                        inference.outputs(count, (image, target, slot) -> source.fill(offset + image, target, slot));
                for (int i = 0; i < count; i++) {
                    int label = images.label(offset + i);
                    predictions.add(new Prediction(
                            offset + i, label, Evaluator.answer(outputs[i]), loss.of(outputs[i], label)));
                }
                progress.done(offset + count, images.count());
            }
        }
        return new Predictions(
                predictions, images.classes(), run.topology().output().channels());
    }

    /** {@return how many are wrong} */
    public long errors() {
        return all.stream().filter(one -> one.predicted() != one.label()).count();
    }

    /** {@return for each true class, how many images were given each class} */
    public List<List<Integer>> confusion() {
        int[][] counts = new int[classes][outputs];
        for (Prediction one : all) {
            counts[one.label()][one.predicted()]++;
        }
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : counts) {
            rows.add(Arrays.stream(row).boxed().toList());
        }
        return rows;
    }

    /** {@return the predictions with the highest loss, the highest first, the first image first among equals} */
    public List<Prediction> worst(int count) {
        return all.stream()
                .sorted(Comparator.comparingDouble(Prediction::loss).reversed())
                .limit(count)
                .toList();
    }
}
