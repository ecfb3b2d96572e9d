package org.equipoise.memory;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A piece of an off-heap arena that was closed, as Java Flight Recorder keeps it. */
@Name("equipoise.Release")
@Label("Off-heap Release")
@Description("A piece of an off-heap arena that was closed")
@Category({"Equipoise", "Memory"})
@StackTrace(false)
final class ReleaseEvent extends ReservationEvent {
    /** Tells of every piece of a plan, if anybody listens. */
    static void of(MemoryPlan plan) {
        if (new ReleaseEvent().isEnabled()) {
            plan.reservations().forEach(piece -> new ReleaseEvent().tell(plan.owner(), piece));
        }
    }
}
