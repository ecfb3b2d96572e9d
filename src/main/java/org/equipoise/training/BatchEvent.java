package org.equipoise.training;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Learning from one batch, as Java Flight Recorder keeps it. */
@Name("equipoise.Batch")
@Label("Batch")
@Description("Learning from one batch: its images, all phases, the update")
@Category({"Equipoise", "Training"})
@StackTrace(false)
final class BatchEvent extends Event {
    @Label("Epoch")
    int epoch;

    @Label("Batch")
    @Description("Which batch of the epoch, from 1")
    int batch;

    @Label("Images")
    int images;

    @Label("Sample-steps")
    @Description("Updates of the whole network for one image")
    long sampleSteps;

    @Label("Time per Sample-step")
    @Timespan(Timespan.NANOSECONDS)
    long nanosPerSampleStep;

    @Label("Training Error")
    @Description("Percent of the images of the epoch so far that were answered wrongly")
    double errorPercent;

    @Label("Loss")
    @Description("Mean over the images of the epoch so far")
    double loss;

    /** {@return an event that begins now} */
    static BatchEvent begun() {
        BatchEvent event = new BatchEvent();
        event.begin();
        return event;
    }

    /** Ends now and is recorded, if anybody listens. */
    void end(Progress progress, int ofImages, long steps, long nanos) {
        end();
        if (shouldCommit()) {
            epoch = progress.epoch() + 1;
            batch = progress.batch();
            images = ofImages;
            sampleSteps = steps;
            nanosPerSampleStep = nanos / Math.max(1, steps);
            errorPercent = progress.errorPercent();
            loss = progress.meanLoss();
            commit();
        }
    }
}
