package org.equipoise.memory;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;

/** What the two events in the life of a reservation say: an arena is opened and closed as a whole, and each piece of it is told. */
abstract class ReservationEvent extends Event {
    @Label("Owner")
    @Description("Who holds the arena")
    String owner = "";

    @Label("Name")
    @Description("The piece of the arena")
    String name = "";

    @Label("Account")
    @Description("What the memory is for")
    String account = "";

    @Label("Size")
    @DataAmount
    long bytes;

    void tell(String holder, Reservation reservation) {
        owner = holder;
        name = reservation.name();
        account = reservation.account().label();
        bytes = reservation.alignedBytes();
        commit();
    }
}
