package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.Normalisation;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.kernel.StateMean;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the phases of Equilibrium Propagation on a tile of images: the free phase, and those that start where it ends. Training, tests,
 * predictions, traces and experiments all go through here, so that each sees what the others see.
 *
 * <p>The last {@code phases.average} steps of a phase count: what is learnt and answered is the mean over them. An {@link Observer} is
 * told of each, and may look at any step.
 *
 * @param phases how long phases are and which of their steps count
 * @param normalisation how pixels become the values that images are clamped to, or null where they are those values
 */
public record PhaseProgram(PhaseSettings phases, @Nullable Normalisation normalisation) {
    /**
     * @param configuration a run's settings
     * @return its phases, for images of pixels
     */
    public static PhaseProgram of(Configuration configuration) {
        return new PhaseProgram(configuration.phases(), configuration.network().normalisation());
    }

    /** A phase. Those after the first start from the state at its end. */
    public enum Phase {
        /** The network settles by itself. */
        FREE,
        /** The output is pulled towards the target: β. */
        POSITIVE,
        /** The output is pushed away from the target: −β. */
        NEGATIVE,
        /** The free phase goes on for as many steps as a nudge has. */
        CONTINUED_FREE;

        /**
         * @param beta β of the positive phase
         * @return β of this phase
         */
        public float beta(float beta) {
            return switch (this) {
                case FREE, CONTINUED_FREE -> 0f;
                case POSITIVE -> beta;
                case NEGATIVE -> -beta;
            };
        }
    }

    /** Is told how a tile goes through its phases. */
    public interface Observer {
        /** Looks at nothing. */
        Observer NONE = new Observer() {};

        /**
         * A phase begins.
         *
         * @param phase which
         */
        default void begins(Phase phase) {}

        /**
         * A step that counts has been made.
         *
         * @param settling the tile after it
         * @param phase its phase
         * @param beta the phase's β
         * @param mean which of the steps that count it is
         */
        default void counts(Settling settling, Phase phase, float beta, StateMean mean) {}

        /** {@return how many steps lie between two looks; 0 to look at the end of each phase only} */
        default int interval() {
            return 0;
        }

        /**
         * So many steps as {@link #interval} says have been made, or the phase has ended. Comes after {@link #counts}.
         *
         * @param settling the tile
         * @param phase its phase
         * @param step how many steps of the phase have been made
         */
        default void looks(Settling settling, Phase phase, int step) {}
    }

    /** {@return the phases that training compares, beside the free one: those that start at its end} */
    public List<Phase> branches() {
        if (phases.scheme() == Scheme.SYMMETRIC) {
            return List.of(Phase.POSITIVE, Phase.NEGATIVE);
        }
        return phases.branches() ? List.of(Phase.POSITIVE, Phase.CONTINUED_FREE) : List.of(Phase.POSITIVE);
    }

    /** {@return which phase counts negatively in the contrast with the positive one} */
    public Phase reference() {
        List<Phase> branches = branches();
        return branches.size() == 1 ? Phase.FREE : branches.getLast();
    }

    /**
     * Runs the free phase.
     *
     * @param settling a tile, its images clamped
     * @param firstImage the batch's image that is the tile's first
     * @param images how many images it holds
     * @param start where images start and what keeps their ends, or null to start at zero
     * @param observer is told of it
     */
    public void free(
            Settling settling, int firstImage, int images, @Nullable PersistentStates start, Observer observer) {
        observer.begins(Phase.FREE);
        settling.begin(images);
        if (start != null) {
            start.restore(settling, firstImage, images);
        }
        advance(settling, Phase.FREE, 0f, 0, phases.free(), observer);
        if (start != null) {
            start.keep(settling, firstImage, images);
        }
    }

    /**
     * Runs phases that each start from the end of the free phase, which the tile is at.
     *
     * @param settling the tile, its targets filled; opened to save its state where there is more than one phase
     * @param branches which phases
     * @param beta β of the positive phase
     * @param observer is told of them
     */
    public void branch(Settling settling, List<Phase> branches, float beta, Observer observer) {
        if (branches.size() > 1) {
            settling.saveState();
        }
        for (int i = 0; i < branches.size(); i++) {
            if (i > 0) {
                settling.restoreState();
            }
            observer.begins(branches.get(i));
            advance(settling, branches.get(i), beta, 0, phases.nudge(), observer);
        }
    }

    /**
     * Runs both nudge phases, whichever of them training compares, after the free phase. States are those of training, bit for bit:
     * where it goes on from the free phase without going back, so does this, and the free phase is run again for the other nudge.
     *
     * @param settling the tile, at the end of the free phase, its targets filled; opened to save its state
     * @param images how many images it holds
     * @param beta β of the positive phase
     * @param observer is told of both, and of the continued free phase where training compares with that
     */
    public void nudgeBothWays(Settling settling, int images, float beta, Observer observer) {
        if (branches().size() == 1) {
            branch(settling, List.of(Phase.POSITIVE), beta, observer);
            free(settling, 0, images, null, Observer.NONE);
            branch(settling, List.of(Phase.NEGATIVE), beta, observer);
        } else if (reference() == Phase.CONTINUED_FREE) {
            branch(settling, List.of(Phase.POSITIVE, Phase.NEGATIVE, Phase.CONTINUED_FREE), beta, observer);
        } else {
            branch(settling, branches(), beta, observer);
        }
    }

    /**
     * Makes some steps of a phase.
     *
     * @param settling the tile, at the state after step {@code done}
     * @param phase which phase
     * @param beta β of the positive phase
     * @param done steps of the phase that have been made
     * @param end steps of the phase that shall have been made
     * @param observer is told of them
     */
    public void advance(Settling settling, Phase phase, float beta, int done, int end, Observer observer) {
        boolean free = phase == Phase.FREE;
        int steps = free ? phases.free() : phases.nudge();
        int counting = free ? phases.average().free() : phases.average().nudge();
        int silent = steps - counting;
        float nudge = phase.beta(beta);
        if (!free && done == 0) {
            settling.startNudging();
        }
        int step = done;
        while (step < end) {
            int next = step < silent ? Math.min(silent, end) : step + 1;
            if (observer.interval() > 0) {
                next = Math.min(next, (step / observer.interval() + 1) * observer.interval());
            }
            if (nudge == 0f) {
                settling.free(next - step);
            } else {
                settling.nudge(nudge, next - step);
            }
            step = next;
            if (step > silent) {
                StateMean mean = new StateMean(step - silent - 1, counting);
                if (free) {
                    settling.countFree(mean);
                }
                observer.counts(settling, phase, nudge, mean);
            }
            if (step == steps || observer.interval() > 0 && step % observer.interval() == 0) {
                observer.looks(settling, phase, step);
            }
        }
    }

    /**
     * Lets the images of a tile settle and reads the answers.
     *
     * @param settling the tile, its image layer filled with pixels in [0, 1]
     * @param first where the first answer goes
     * @param images how many images
     * @param outputs an array for each image, one value a class, replaced by activations or logits
     */
    public void answer(Settling settling, int first, int images, float[][] outputs) {
        clamp(settling, images);
        free(settling, 0, images, null, new Observer() {
            @Override
            public void counts(Settling tile, Phase phase, float beta, StateMean mean) {
                FloatTensor states = tile.output();
                for (int i = 0; i < images; i++) {
                    float[] output = outputs[first + i];
                    for (int c = 0; c < output.length; c++) {
                        output[c] = mean.include(output[c], states.get(i, c));
                    }
                }
            }
        });
    }

    /**
     * Replaces the pixels of a tile by the values that its images are clamped to.
     *
     * @param settling the tile, its image layer filled with pixels in [0, 1]
     * @param images how many images
     */
    public void clamp(Settling settling, int images) {
        for (int i = 0; i < images; i++) {
            normalise(normalisation, settling.image(), i);
        }
    }

    /**
     * Replaces the pixels of an image by the values that it is clamped to.
     *
     * @param normalisation how, or null to leave them
     * @param target the image layer
     * @param slot which image
     */
    public static void normalise(@Nullable Normalisation normalisation, FloatTensor target, int slot) {
        if (normalisation == null) {
            return;
        }
        for (int channel = 0; channel < target.layout().channels(); channel++) {
            float mean = normalisation.mean().get(channel);
            float deviation = normalisation.deviation().get(channel);
            for (int position = 0; position < target.layout().positions(); position++) {
                int index = target.layout().index(position, channel);
                target.set(slot, index, (target.get(slot, index) - mean) / deviation);
            }
        }
    }
}
