package org.equipoise.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Kinds.Kind;
import org.equipoise.error.BadInputException;

/** How weights change. Which loss they descend follows from {@link NetworkSettings#readout()}. */
public record LearningSettings(
        List<Float> rates,
        RateScale rateScale,
        OptimiserSettings optimiser,
        float decay,
        DecayForm decayForm,
        RateSchedule rateSchedule,
        float warmUp,
        Algorithm algorithm,
        float weightAverage) {
    static final SettingsTable<LearningSettings> SETTINGS = SettingsTable.block(LearningSettings.class, "learning", """
            algorithm | ep | | how the gradient is come by
            loss = | mse | | what is made small; squared-error is mse without the half: beta and rates count twice, decay half
            readout = | state | | whether the last layer consists of neurons or of the inputs of a softmax, as the loss asks for
            rates | 0.1 for each layer, needed | numbers from 0 to 1000 | learning rates of the layers, from the image to the output
            rate-scale | none | | whether rates are divided by the feedback γ for every layer of neurons above theirs, so that the same do for any γ; not with bptt and bp
            rate-schedule | constant | | how the rates change over a run
            warm-up | 0.0 | a number from 0 to 1000000 | first epochs, whole or not, over which rates rise evenly to those of the schedule
            optimizer = optimiser | sgd | | how gradients become changes
            decay | 0.0 | a number from 0 up to but not including 1 | weight decay, as decay-form has it
            decay-form | gradient | | whether decay is part of the gradient, or decoupled from it: an update multiplies weights by 1 − decay × schedule, whatever rate and momentum
            weight-average | 0.0 | a number from 0 up to but not including 1 | what the mean of the parameters that is tested and kept keeps at an update""")
            .beside("algorithm", Algorithm.KINDS, Kinds::refuse, "bptt", "eqspike")
            .form("loss", LossName.FORM)
            .form("readout", LossName.READOUT)
            .form("rates", Form.REALS.adapted(LossName::scaledEach))
            .usual(
                    "rates",
                    whole -> Collections.nCopies(
                            whole.required("network").required("layers").items().size(), 0.1f))
            .form("rate-schedule", RateSchedule.KINDS.form())
            .beside("optimizer", OptimiserSettings.KINDS, LearningSettings::refuseMomentum, "sgd")
            .form("decay", Form.REAL.adapted(LossName::unscaled))
            .listedAfter("decay", "rate-schedule");

    /** Learning of which the last parameters are the model. */
    public LearningSettings(
            List<Float> rates,
            OptimiserSettings optimiser,
            float decay,
            RateSchedule rateSchedule,
            Algorithm algorithm) {
        this(rates, RateScale.NONE, optimiser, decay, DecayForm.GRADIENT, rateSchedule, 0f, algorithm, 0f);
    }

    /** What weight decay is a part of. */
    public enum DecayForm {
        /** Of the gradient, as that of half the squared weights: it is multiplied by the rate of its layer and gathered by moments. */
        GRADIENT,
        /**
         * Of the update alone, which multiplies weights by {@code 1 − decay · schedule} (Loshchilov and Hutter 2019): all layers decay
         * alike, whatever their rates, the optimiser and the gradient.
         */
        DECOUPLED
    }

    /**
     * @param update the update, from 0
     * @param updatesPerEpoch how many updates an epoch has
     * @param epochs how many epochs the run is to have
     * @return the factor on every learning rate: of the schedule and of the warm-up, whose last update has the full rate
     */
    public float rateFactor(long update, long updatesPerEpoch, int epochs) {
        float scheduled = rateSchedule.factor(update, updatesPerEpoch, epochs);
        double warming = (double) warmUp * updatesPerEpoch;
        return update + 1 < warming ? (float) (scheduled * ((update + 1) / warming)) : scheduled;
    }

    /** What learning rates are multiplied by before gradients are. */
    public enum RateScale {
        /** Nothing. */
        NONE,
        /**
         * {@code γ^-n} for a layer with n layers of neurons above it. Equilibrium Propagation's estimate for such a layer is γ^n times
         * the gradient of the loss, so the rates count as if they stood before that gradient, and the same rates do for every γ.
         * Gradients of back-propagation and of amplified errors are those of the loss, and are multiplied by the rates as they are.
         */
        FEEDBACK
    }

    /** Copies the list and refuses numbers with which nothing is learnt. */
    public LearningSettings {
        rates = List.copyOf(rates);
        SETTINGS.check(rates, rateScale, optimiser, decay, decayForm, rateSchedule, warmUp, algorithm, weightAverage);
    }

    private static void refuseMomentum(SettingReader set, Kind sgd, String choice) {
        if (set.path().endsWith(".nesterov")) {
            if (set.choice(Map.of("true", true, "false", false))) {
                Kinds.refuse(set, sgd, choice);
            }
        } else if (set.real() != 0f) {
            throw new BadInputException("learning.momentum is " + set.real() + " ("
                    + set.tree().where() + ") but " + choice
                    + ", which has beta1 in its place; no momentum was expected.");
        }
    }
}
