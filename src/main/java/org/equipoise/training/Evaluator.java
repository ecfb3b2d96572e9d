package org.equipoise.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.StepCount;
import org.equipoise.learning.Loss;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Lets a network settle on images and reads its answers: the class whose output is largest, the first of equals.
 *
 * @param team tiles to settle in
 * @param layout the output
 * @param program how they settle
 * @param loss what it is tested by beside its errors
 */
public record Evaluator(SettlingTeam team, LayerLayout layout, PhaseProgram program, Loss loss) {
    /** The most images that settle together: enough to keep all threads busy. */
    public static final int IMAGES_AT_ONCE = 256;

    /**
     * @param team tiles to settle in
     * @param layout the output
     * @param configuration steps of the free phase, loss and normalisation
     * @return what tests a network of that configuration
     */
    public static Evaluator of(SettlingTeam team, LayerLayout layout, Configuration configuration) {
        return new Evaluator(team, layout, PhaseProgram.of(configuration), Loss.of(configuration.network()));
    }

    /** Where pictures come from. */
    @FunctionalInterface
    public interface ImageSource {
        /**
         * @param image which image
         * @param target where its values in [0, 1] go, laid out as the image layer
         * @param slot which image of the target
         */
        void fill(int image, FloatTensor target, int slot);
    }

    /**
     * @param count how many images
     * @param source where they come from
     * @return the output, activations or logits, one array of classes an image
     */
    public float[][] outputs(int count, ImageSource source) {
        float[][] outputs = new float[count][layout.channels()];
        outputs(0, count, source, outputs, SettledImages.IGNORED);
        return outputs;
    }

    private void outputs(int first, int count, ImageSource source, float[][] outputs, SettledImages settled) {
        team.forEachTile(count, (settling, tileFirst, images) -> {
            settle(settling, first + tileFirst, images, source, outputs);
            settled.are(settling, images);
        });
    }

    /**
     * @param count how many images
     * @param source where they come from
     * @param work what to do with each tile at the end of the free phase; several threads call it at once
     */
    public void settle(int count, ImageSource source, SettlingTeam.TileWork work) {
        float[][] outputs = new float[count][layout.channels()];
        for (int done = 0; done < count; done += IMAGES_AT_ONCE) {
            int first = done;
            team.forEachTile(Math.min(IMAGES_AT_ONCE, count - first), (settling, tileFirst, images) -> {
                settle(settling, first + tileFirst, images, source, outputs);
                work.run(settling, first + tileFirst, images);
            });
        }
    }

    private void settle(Settling settling, int first, int images, ImageSource source, float[][] outputs) {
        for (int i = 0; i < images; i++) {
            source.fill(first + i, settling.image(), i);
        }
        program.answer(settling, first, images, outputs);
    }

    /**
     * @param images images and their classes
     * @param stop asked now and then; once true, the rest is left out
     * @param progress told how many images are done
     * @return how the network does on the images looked at
     */
    public Evaluation evaluate(ImageSet images, BooleanSupplier stop, TestProgress progress) {
        return evaluate(images, SingleProcess.INSTANCE, stop, progress, SettledImages.IGNORED);
    }

    /**
     * Involves all ranks, each of which looks at some of the images.
     *
     * @param images images and their classes
     * @param communicator the ranks
     * @param stop asked now and then, on all ranks with one answer; once true, the rest is left out
     * @param progress told how many images are done
     * @param settled shown the network's state on every image
     * @return how the network does on the images looked at
     */
    public Evaluation evaluate(
            ImageSet images,
            Communicator communicator,
            BooleanSupplier stop,
            TestProgress progress,
            SettledImages settled) {
        // A network may have more outputs than there are classes, and answer with one of them.
        int[][] confusion = new int[images.classes()][layout.channels()];
        float[][] outputs = new float[images.count()][layout.channels()];
        StepCount before = team.steps();
        int done = 0;
        int errors = 0;
        double lossSum = 0;
        while (done < images.count() && !stop.getAsBoolean()) {
            int group = Math.min(communicator.size() * IMAGES_AT_ONCE, images.count() - done);
            SharedOutputs shared = new SharedOutputs(communicator, done, group);
            if (shared.count() > 0) {
                outputs(shared.first(), shared.count(), source(images), outputs, settled);
            }
            shared.exchange(outputs);
            for (int i = done; i < done + group; i++) {
                int label = images.label(i);
                int answer = answer(outputs[i]);
                confusion[label][answer]++;
                errors += answer == label ? 0 : 1;
                lossSum += loss.of(outputs[i], label);
            }
            done += group;
            progress.done(done, images.count());
        }
        return new Evaluation(
                done,
                errors,
                done == 0 ? 0 : lossSum / done,
                listed(confusion),
                sum(communicator, team.steps().since(before)));
    }

    private static StepCount sum(Communicator communicator, StepCount mine) {
        if (communicator.size() == 1) {
            return mine;
        }
        StepCount sum = StepCount.NONE;
        for (long[] theirs : communicator.gather(mine.counts())) {
            sum = sum.plus(new StepCount(theirs[0], theirs[1], theirs[2], theirs[3]));
        }
        return sum;
    }

    /** Sees images that have settled; several threads may call it at once. */
    @FunctionalInterface
    public interface SettledImages {
        /** Looks away. */
        SettledImages IGNORED = (settling, images) -> {};

        /**
         * @param settling a tile at the end of the free phase
         * @param images how many images it holds
         */
        void are(Settling settling, int images);
    }

    /** Hears how far a test has come. */
    @FunctionalInterface
    public interface TestProgress {
        /**
         * @param images how many are done
         * @param all how many there are
         */
        void done(int images, int all);
    }

    /**
     * @param images a set of images
     * @return it as a source of pictures
     */
    public static ImageSource source(ImageSet images) {
        return (image, target, slot) -> images.copyScaledPixelsTo(image, target.segment(), target.imageOffset(slot));
    }

    /**
     * @param output activations or logits, one a class
     * @return the class with the largest, the first of equals
     */
    public static int answer(float[] output) {
        int best = 0;
        for (int c = 1; c < output.length; c++) {
            if (output[c] > output[best]) {
                best = c;
            }
        }
        return best;
    }

    private static List<List<Integer>> listed(int[][] confusion) {
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : confusion) {
            rows.add(IntStream.of(row).boxed().toList());
        }
        return List.copyOf(rows);
    }
}
