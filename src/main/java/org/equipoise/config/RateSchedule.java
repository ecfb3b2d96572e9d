package org.equipoise.config;

import static org.equipoise.config.Kinds.Kind.kind;

import org.equipoise.config.Kinds.Style;

/** How learning rates change over a run. */
public sealed interface RateSchedule {
    /** The schedules by name. */
    Kinds<RateSchedule> KINDS = new Kinds<>(
            Style.WORD_OR_MAPPING,
            kind("constant", Constant.class),
            kind("cosine", Cosine.class),
            kind("step", Step.class, () -> Step.SETTINGS).neverAlone("{kind: step, every: EPOCHS, factor: F}"));

    /**
     * @param update the update, from 0
     * @return the factor on every learning rate
     */
    float factor(long update, long updatesPerEpoch, int epochs);

    /** They do not. */
    record Constant() implements RateSchedule {
        @Override
        public float factor(long update, long updatesPerEpoch, int epochs) {
            return 1f;
        }
    }

    /**
     * Half a cosine from the full rate at the first update to zero after the last. It spans the epochs that the run is to have: a
     * run that is resumed for more epochs goes on with the rates of the longer run, which are higher than those it had come down to.
     */
    record Cosine() implements RateSchedule {
        @Override
        public float factor(long update, long updatesPerEpoch, int epochs) {
            return (float) (0.5 * (1 + StrictMath.cos(Math.PI * update / Math.max(1, updatesPerEpoch * epochs))));
        }
    }

    /** Another factor at the end of every so many epochs, which does not depend on how many epochs the run is to have. */
    record Step(int every, float factor) implements RateSchedule {
        static final SettingsTable<Step> SETTINGS = SettingsTable.line(Step.class, "learning.rate-schedule", """
                every | needed | a whole number of epochs from 1 to 1000000 | epochs between two steps
                factor | needed | a number above 0 and up to 1 | what the rates are multiplied by at each""");

        /** Refuses steps that never come, and rates that would grow or vanish at once. */
        public Step {
            SETTINGS.check(every, factor);
        }

        @Override
        public float factor(long update, long updatesPerEpoch, int epochs) {
            long stepsTaken = update / updatesPerEpoch / every;
            return (float) StrictMath.pow(factor, (double) stepsTaken);
        }
    }
}
