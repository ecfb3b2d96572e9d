package org.equipoise.config;

import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/** How long the network settles. */
public record PhaseSettings(
        int free,
        int nudge,
        float beta,
        Scheme scheme,
        AverageWindows average,
        @Nullable SettleCriterion settle,
        Reference reference,
        Errors errors,
        float nudgeMargin) {
    /** No margin: every image is nudged. */
    public static final float NUDGE_ALL = Float.POSITIVE_INFINITY;

    // What a file leaves out is what the paper uses for MNIST (arXiv 2405.02546, Table I).
    static final SettingsTable<PhaseSettings> SETTINGS = SettingsTable.line(PhaseSettings.class, "phases", """
            free | 250, needed | a whole number from 1 to 1000000 | T, steps of the free phase
            nudge | 50, needed | a whole number from 1 to 1000000 | K, steps of each nudge phase; bptt and bp have none
            beta | 0.9, needed | a number above 0 and up to 100 | β, how strongly the output is nudged; bptt and bp do not nudge
            scheme | symmetric | | nudge phases: +β and −β, +β alone, or one of them, drawn for each batch
            against = reference | free-end | | the state without nudging that a nudged one is compared with
            average | 1 | a whole number up to the steps of the shortest phase, or the settings below | last steps of a phase whose activations are averaged
            settle | off | | when an image has settled, and stays as it is until its phase ends
            errors | fed-back | | by which gains deviations from the free state travel in nudge phases: fed-back, up by 1 and down by γ as all else; amplified, up by γ and down by 1, which makes them γ^-1 times as large for each layer of neurons above
            nudge-margin | off | 'off' or a number from 0 | in training, images whose class is by so much ahead of all others in the free phase's answer (activations, or softmax probabilities) are learnt: they are not nudged and change nothing""")
            .form("beta", Form.REAL.adapted(LossName::scaled))
            .form("average", AverageWindows.FORM)
            .form("nudge-margin", Form.wordOr("off", NUDGE_ALL, Form.REAL))
            .form("settle", Form.off("off", null, SettleCriterion.SETTINGS.form()))
            .neededUnless(Algorithm::isBackpropagation, "nudge")
            .neededUnless(Algorithm::isBackpropagation, "beta")
            .listedAfter("settle", "against");

    /** Which phases an estimate of the gradient compares. */
    public enum Scheme {
        /** +β against −β: no bias of first order. */
        SYMMETRIC,
        /** +β against the free phase. */
        ONE_SIDED,
        /** +β or −β, drawn for each batch, against the free phase. */
        RANDOM_SIGN
    }

    /** Which state without nudging a nudged state is compared with, where one is. */
    public enum Reference {
        /** That at the end of the free phase, from which the nudged one started. */
        FREE_END,
        /**
         * That which the free phase would have come to by as many further steps as the nudge phase has. What moves without nudging, as
         * states that have not settled and spiking ones do, drops out of the comparison (O'Connor et al. 2019).
         */
        SAME_STEP
    }

    /** By which gains deviations from the free state travel in nudge phases, where γ is the feedback. */
    public enum Errors {
        /** Up by 1 and down by γ, as all activations do. */
        FED_BACK,
        /**
         * Up by γ and down by 1. It is the same system but for the scale of each layer, whose deviations are γ^-1 times as large for each
         * layer of neurons above, and so as stable, with the same gradient: but a small feedback makes no small differences of it.
         */
        AMPLIFIED
    }

    /** Refuses phases without steps and a β that does not nudge. */
    public PhaseSettings {
        SETTINGS.check(free, nudge, beta, scheme, average, settle, reference, errors, nudgeMargin);
        if (average.free() == average.nudge()) {
            requireWindow("phases.average", average.free(), Math.min(free, nudge), "the shortest");
        } else {
            requireWindow("phases.average.free", average.free(), free, "the free");
            requireWindow("phases.average.nudge", average.nudge(), nudge, "a nudge");
        }
        if (scheme == Scheme.SYMMETRIC && reference == Reference.SAME_STEP) {
            throw new BadInputException(
                    "phases.against is same-step and phases.scheme is symmetric, which compares with no free state; scheme one-sided"
                            + " or random-sign was expected with it.");
        }
    }

    private static void requireWindow(String name, int steps, int most, String phase) {
        if (steps < 1 || steps > most) {
            throw new BadInputException(name + " is " + steps + "; a whole number from 1 to " + most + ", the steps of "
                    + phase + " phase, was expected.");
        }
    }

    /** Phases in which every image takes every step, and of which the last step counts. */
    public PhaseSettings(int free, int nudge, float beta, Scheme scheme) {
        this(free, nudge, beta, scheme, AverageWindows.of(1), null, Reference.FREE_END, Errors.FED_BACK, NUDGE_ALL);
    }

    /** {@return the same with another criterion, or none, by which images have settled} */
    public PhaseSettings settling(@Nullable SettleCriterion criterion) {
        return new PhaseSettings(free, nudge, beta, scheme, average, criterion, reference, errors, nudgeMargin);
    }

    /** {@return the same with errors that travel by other gains} */
    public PhaseSettings withErrors(Errors other) {
        return SETTINGS.with(this, "errors", other);
    }

    /** {@return the same with phases of at most so many steps} */
    public PhaseSettings within(int mostFree, int mostNudge) {
        int freeSteps = Math.min(free, mostFree);
        int nudgeSteps = Math.min(nudge, mostNudge);
        return new PhaseSettings(
                freeSteps,
                nudgeSteps,
                beta,
                scheme,
                average.within(freeSteps, nudgeSteps),
                settle,
                reference,
                errors,
                nudgeMargin);
    }

    /** {@return the steps that Equilibrium Propagation on one image takes at most} */
    public int stepsPerExample() {
        return free + (branches() ? 2 : 1) * nudge;
    }

    /** {@return whether two phases start from the end of the free phase: both nudge phases, or one and the free phase itself} */
    public boolean branches() {
        return scheme == Scheme.SYMMETRIC || reference == Reference.SAME_STEP;
    }
}
