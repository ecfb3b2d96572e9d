package org.equipoise.training;

import java.nio.file.Path;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A checkpoint that was written, as Java Flight Recorder keeps it. */
@Name("equipoise.Checkpoint")
@Label("Checkpoint")
@Description("A checkpoint that was written")
@Category({"Equipoise", "Training"})
@StackTrace(false)
final class CheckpointEvent extends Event {
    @Label("File")
    String file = "";

    @Label("Size")
    @DataAmount
    long bytes;

    @Label("Epochs Done")
    int epochs;

    /** {@return an event that begins now} */
    static CheckpointEvent begun() {
        CheckpointEvent event = new CheckpointEvent();
        event.begin();
        return event;
    }

    /** Ends now and is recorded, if anybody listens. */
    void end(Path written, Progress progress) {
        end();
        if (shouldCommit()) {
            file = written.toString();
            bytes = written.toFile().length();
            epochs = progress.epoch();
            commit();
        }
    }
}
