package org.equipoise.training;

import org.equipoise.dynamics.StepCount;

/**
 * Where a run is, and all it must remember besides weights to go on exactly as it would have.
 *
 * @param epoch epochs that are complete
 * @param batch batches done of the epoch under way
 * @param errors wrong answers so far in that epoch
 * @param loss sum of the loss so far in that epoch
 * @param examples images so far in that epoch
 * @param sampleSteps updates of the whole network for one image, over the run
 * @param stepsSaved such updates that images which had settled did without, over the run
 * @param seconds time spent training and testing, over the run
 * @param bestErrorPercent lowest error by which the best checkpoint was chosen, 100 before the first
 */
public record Progress(
        int epoch,
        int batch,
        int errors,
        double loss,
        int examples,
        long sampleSteps,
        long stepsSaved,
        double seconds,
        double bestErrorPercent) {
    /** A run that has not begun. */
    public static final Progress START = new Progress(0, 0, 0, 0, 0, 0, 0, 0, 100);

    /** {@return wrong answers of a hundred in the epoch under way, 100 before the first} */
    public double errorPercent() {
        return examples == 0 ? 100 : 100.0 * errors / examples;
    }

    /** {@return steps that settled images did without, of a hundred that the phases had} */
    public double stepsSavedPercent() {
        return StepCount.percent(sampleSteps, stepsSaved);
    }

    /** {@return mean of the loss in the epoch under way} */
    public double meanLoss() {
        return examples == 0 ? 0 : loss / examples;
    }

    Progress afterBatch(int wrong, double lossSum, int images, StepCount steps, double time) {
        return new Progress(
                epoch,
                batch + 1,
                errors + wrong,
                loss + lossSum,
                examples + images,
                sampleSteps + steps.taken(),
                stepsSaved + steps.saved(),
                seconds + time,
                bestErrorPercent);
    }

    Progress afterTest(StepCount steps, double time) {
        return new Progress(
                epoch,
                batch,
                errors,
                loss,
                examples,
                sampleSteps + steps.taken(),
                stepsSaved + steps.saved(),
                seconds + time,
                bestErrorPercent);
    }

    Progress nextEpoch(double best) {
        return new Progress(epoch + 1, 0, 0, 0, 0, sampleSteps, stepsSaved, seconds, best);
    }
}
