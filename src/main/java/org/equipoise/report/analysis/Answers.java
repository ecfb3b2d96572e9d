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
 * What a network says to the first images of a set.
 *
 * @param answers an answer for each image
 * @param classes how many classes there are
 * @param outputs how many the network can answer with, as many or more
 */
public record Answers(List<Answer> answers, int classes, int outputs) {
    private static final int IMAGES_AT_ONCE = 256;

    /**
     * What the network says to an image.
     *
     * @param image which image of the set
     * @param label its true class
     * @param answer the class it was given
     * @param loss the loss
     */
    public record Answer(int image, int label, int answer, double loss) {}

    /**
     * @param progress told how many images are done
     * @return its answers
     */
    static Answers of(RunRecord run, ImageSet images, Machine machine, Evaluator.TestProgress progress) {
        Loss loss = Loss.of(run.configuration().network());
        List<Answer> answers = new ArrayList<>();
        try (Inference inference = new Inference(run.configuration(), run.model(), machine, images.count())) {
            Evaluator.ImageSource source = Evaluator.source(images);
            for (int first = 0; first < images.count(); first += IMAGES_AT_ONCE) {
                int offset = first;
                int count = Math.min(IMAGES_AT_ONCE, images.count() - first);
                float[][] outputs =
                        inference.outputs(count, (image, target, slot) -> source.fill(offset + image, target, slot));
                for (int i = 0; i < count; i++) {
                    int label = images.label(offset + i);
                    answers.add(
                            new Answer(offset + i, label, Evaluator.answer(outputs[i]), loss.of(outputs[i], label)));
                }
                progress.done(offset + count, images.count());
            }
        }
        return new Answers(answers, images.classes(), run.topology().output().channels());
    }

    /** {@return wrong answers} */
    public long errors() {
        return answers.stream().filter(a -> a.answer() != a.label()).count();
    }

    /** {@return for each true class, how many images were given each class} */
    public List<List<Integer>> confusion() {
        int[][] counts = new int[classes][outputs];
        for (Answer answer : answers) {
            counts[answer.label()][answer.answer()]++;
        }
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : counts) {
            rows.add(Arrays.stream(row).boxed().toList());
        }
        return rows;
    }

    /** {@return the answers with the highest loss, the highest first, the first image first among equals} */
    public List<Answer> worst(int count) {
        return answers.stream()
                .sorted(Comparator.comparingDouble(Answer::loss).reversed())
                .limit(count)
                .toList();
    }
}
