package org.equipoise.learning;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A phase of learning from a batch, as Java Flight Recorder keeps it: settling once a tile of images, on the thread that did it. */
@Name("equipoise.Phase")
@Label("Phase")
@Description("A phase of learning: settling of a tile of images, the gradient of a batch, or its update")
@Category({"Equipoise", "Training"})
@StackTrace(false)
final class PhaseEvent extends Event {
    @Label("Phase")
    String phase = "";

    @Label("Images")
    int images;

    @Label("Time Steps")
    @Description(
            "Synchronous updates of the whole network that the phase has or walks back; none where nothing settles")
    int timeSteps;

    @Label("Sample-steps")
    @Description(
            "Updates of the whole network for one image that were made or walked back: images that settle early make fewer")
    long sampleSteps;

    /** {@return an event that begins now} */
    static PhaseEvent begun() {
        PhaseEvent event = new PhaseEvent();
        event.begin();
        return event;
    }

    /** Ends now and is recorded, if anybody listens. */
    void end(LearningPhase ended, int ofImages, int steps, long taken) {
        end();
        if (shouldCommit()) {
            phase = ended.name();
            images = ofImages;
            timeSteps = steps;
            sampleSteps = taken;
            commit();
        }
    }
}
