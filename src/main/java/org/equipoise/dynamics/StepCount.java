package org.equipoise.dynamics;

/**
 * Sample-steps, updates of the whole network for one image: those taken, and those saved by images that had settled before their
 * phase ended or had been left out of it.
 *
 * @param freeTaken taken in free phases
 * @param freeSaved saved in free phases
 * @param nudgeTaken taken in nudge phases
 * @param nudgeSaved saved in nudge phases
 */
public record StepCount(long freeTaken, long freeSaved, long nudgeTaken, long nudgeSaved) {
    /** No steps. */
    public static final StepCount NONE = new StepCount(0, 0, 0, 0);

    private static final double PERCENT = 100;

    /**
     * @param other further steps
     * @return both together
     */
    public StepCount plus(StepCount other) {
        return new StepCount(
                freeTaken + other.freeTaken,
                freeSaved + other.freeSaved,
                nudgeTaken + other.nudgeTaken,
                nudgeSaved + other.nudgeSaved);
    }

    /**
     * @param earlier an earlier count
     * @return the steps since then
     */
    public StepCount since(StepCount earlier) {
        return new StepCount(
                freeTaken - earlier.freeTaken,
                freeSaved - earlier.freeSaved,
                nudgeTaken - earlier.nudgeTaken,
                nudgeSaved - earlier.nudgeSaved);
    }

    /** {@return all four, in the order of the components} */
    public long[] counts() {
        return new long[] {freeTaken, freeSaved, nudgeTaken, nudgeSaved};
    }

    /** {@return the steps taken in all phases} */
    public long taken() {
        return freeTaken + nudgeTaken;
    }

    /** {@return the steps saved in all phases} */
    public long saved() {
        return freeSaved + nudgeSaved;
    }

    /** {@return steps saved, of a hundred that phases have} */
    public double savedPercent() {
        return percent(taken(), saved());
    }

    /** {@return the same of free phases} */
    public double freeSavedPercent() {
        return percent(freeTaken, freeSaved);
    }

    /** {@return the same of nudge phases} */
    public double nudgeSavedPercent() {
        return percent(nudgeTaken, nudgeSaved);
    }

    /**
     * @param taken steps taken
     * @param saved steps saved
     * @return steps saved of a hundred, 0 where there are no steps
     */
    public static double percent(long taken, long saved) {
        return taken + saved == 0 ? 0 : PERCENT * saved / (taken + saved);
    }
}
