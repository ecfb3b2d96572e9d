package org.equipoise.dynamics;

import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.memory.MemoryScope;
import org.equipoise.memory.Reservation;

/**
 * How the steps that are walked back are cut into segments, one of which is on the tape at a time.
 *
 * @param steps steps forward
 * @param walked how many of the last of them are walked back
 * @param length steps of a segment, of which the last may have fewer
 */
public record Segments(int steps, int walked, int length) {
    /**
     * The cut that takes the least memory: the state at the start of every segment but the last is kept, one segment of steps, and, where
     * there are several, room to compute them again.
     *
     * @param settings truncation and kind of tape
     * @param steps steps forward
     * @param stateBytes memory of a state
     * @param stepBytes memory of a step on the tape
     * @param againBytes memory to compute steps again
     * @return one segment for a full tape, or where more would save nothing; else about {@code √(walked · stepBytes / stateBytes)}
     */
    static Segments of(Backpropagation settings, int steps, long stateBytes, long stepBytes, long againBytes) {
        int walked = Math.min(steps, settings.truncate());
        Segments best = new Segments(steps, walked, walked);
        if (settings.tape() == Tape.CHECKPOINTED) {
            for (int length = walked - 1; length > 0; length--) {
                Segments other = new Segments(steps, walked, length);
                if (other.bytes(stateBytes, stepBytes, againBytes) < best.bytes(stateBytes, stepBytes, againBytes)) {
                    best = other;
                }
            }
        }
        return best;
    }

    /** Memory that has room for some slots. */
    @FunctionalInterface
    interface Memory {
        /** {@return what asks for so many slots} */
        Object in(MemoryScope memory, int slots);
    }

    /**
     * As above, with sizes counted.
     *
     * @param settings truncation and kind of tape
     * @param steps steps forward
     * @param state memory of states, a slot each
     * @param step memory of steps on the tape, a slot each
     * @param again memory to compute steps again, in one slot
     * @return the cut
     */
    static Segments of(Backpropagation settings, int steps, Memory state, Memory step, Memory again) {
        return of(settings, steps, bytesOfSlot(state), bytesOfSlot(step), bytes(again, 1));
    }

    /** What all slots share does not count. */
    private static long bytesOfSlot(Memory part) {
        return bytes(part, 2) - bytes(part, 1);
    }

    private static long bytes(Memory part, int slots) {
        return MemoryScope.count(memory -> part.in(memory, slots)).stream()
                .flatMap(plan -> plan.reservations().stream())
                .mapToLong(Reservation::bytes)
                .sum();
    }

    private double bytes(long stateBytes, long stepBytes, long againBytes) {
        return (double) (count() - 1) * stateBytes + (double) length * stepBytes + (count() > 1 ? againBytes : 0);
    }

    /** {@return how many segments there are} */
    public int count() {
        return Math.ceilDiv(walked, length);
    }

    /** {@return the steps before those that are walked back} */
    int before() {
        return steps - walked;
    }

    /**
     * @param segment a segment
     * @return its first step, of those that are walked back, from 0
     */
    public int begin(int segment) {
        return segment * length;
    }

    /**
     * @param segment a segment
     * @return one more than its last step
     */
    public int end(int segment) {
        return Math.min(walked, begin(segment) + length);
    }

    /** {@return whether the step after this one is of the same segment, and so on the tape with it} */
    boolean goesOn(int step) {
        return step + 1 < walked && slot(step + 1) > 0;
    }

    /** {@return the place of a step on the tape} */
    int slot(int step) {
        return step % length;
    }

    /** {@return t of a step, which schedules and the image's encoder count from 1} */
    int time(int step) {
        return before() + step + 1;
    }
}
