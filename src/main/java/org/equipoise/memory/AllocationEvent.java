package org.equipoise.memory;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A piece of an off-heap arena that was opened, as Java Flight Recorder keeps it. */
@Name("equipoise.Allocation")
@Label("Off-heap Allocation")
@Description("A piece of an off-heap arena that was opened")
@Category({"Equipoise", "Memory"})
@StackTrace(false)
final class AllocationEvent extends ReservationEvent {
    /** Tells of every piece of a plan, if anybody listens. */
    static void of(MemoryPlan plan) {
        if (new AllocationEvent().isEnabled()) {
            plan.reservations().forEach(piece -> new AllocationEvent().tell(plan.owner(), piece));
        }
    }
}
