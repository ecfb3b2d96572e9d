package org.equipoise.config;

import java.util.List;
import org.equipoise.config.LearningSettings.DecayForm;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.OptimiserSettings.Adam;
import org.equipoise.error.BadInputException;

/** The losses by name. A squared error is of states and a cross-entropy of logits, so the readout decides which it is. */
enum LossName {
    MSE(Readout.STATE, 1f),
    /**
     * The squared error without the half: twice the loss that states are nudged by. Works that leave out the half mean by β and η what is
     * 2β and 2η with it, {@code β ‖s − y‖² = 2β · ½‖s − y‖²}, and {@code η / β} stays. Numbers beside this name are read so, and
     * everything else is as with {@code mse}.
     */
    SQUARED_ERROR(Readout.STATE, 2f),
    CROSS_ENTROPY(Readout.SOFTMAX, 1f);

    static final Form<Readout> READOUT = Form.choice(List.of(Readout.values()), Form::word);
    private static final Form<DecayForm> DECAY_FORM = Form.choice(List.of(DecayForm.values()), Form::word);
    private static final Form<LossName> WORDS = Form.choice(List.of(values()), Form::word);
    static final Form<LossName> FORM = WORDS.adapted(LossName::withoutAdam);

    private final Readout readout;
    private final float factor;

    LossName(Readout readout, float factor) {
        this.readout = readout;
        this.factor = factor;
    }

    /** {@return the name under which the loss of a readout is written} */
    static LossName of(Readout readout) {
        return List.of(values()).stream()
                .filter(loss -> loss.readout == readout)
                .findFirst()
                .orElseThrow();
    }

    private static LossName of(SettingReader whole) {
        return whole.section("learning").optional("loss").map(WORDS::read).orElse(MSE);
    }

    /** {@return the readout of a whole document, whose loss and readout must be said alike} */
    static Readout readout(SettingReader whole) {
        LossName loss = of(whole);
        Readout readout =
                whole.section("learning").optional("readout").map(READOUT::read).orElse(Readout.STATE);
        if (readout != loss.readout) {
            throw new BadInputException("learning.loss is " + Form.word(of(loss.readout)) + " but learning.readout is "
                    + Form.word(readout) + " ("
                    + whole.required("learning").tree().where()
                    + "); mse with readout state, or cross-entropy with readout softmax, was expected.");
        }
        return readout;
    }

    /** {@return β as it stands beside the loss} */
    static float scaled(SettingReader beta, float value) {
        return of(beta.whole()).factor * value;
    }

    /** {@return learning rates as they stand beside the loss} */
    static List<Float> scaledEach(SettingReader rates, List<Float> values) {
        float factor = of(rates.whole()).factor;
        return values.stream().map(value -> factor * value).toList();
    }

    /** {@return weight decay as it stands beside the loss, where it is part of its gradient} */
    static float unscaled(SettingReader decay, float value) {
        boolean decoupled = decay.whole()
                .section("learning")
                .optional("decay-form")
                .map(DECAY_FORM::read)
                .filter(DecayForm.DECOUPLED::equals)
                .isPresent();
        return decoupled ? value : value / of(decay.whole()).factor;
    }

    /** Refuses a factor on the loss for an optimiser that divides it out. */
    static LossName withoutAdam(SettingReader reader, LossName loss) {
        SettingReader learning = reader.whole().section("learning");
        if (loss.factor != 1f
                && OptimiserSettings.KINDS.chosen(learning.section("optimizer")).type() == Adam.class) {
            throw new BadInputException("learning.loss is " + Form.word(loss) + " and learning.optimizer is adam ("
                    + learning.tree().where()
                    + "), which does not depend on such a factor; loss mse was expected with it.");
        }
        return loss;
    }
}
