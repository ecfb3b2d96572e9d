package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.equipoise.config.Configuration;
import org.equipoise.plot.Table.Columns;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of the three variants of a network while they settled.
 *
 * @param training how far they were trained, in sentences
 */
record Observations(String training, List<OfVariant> variants) {
    /** What was seen of a variant. */
    record OfVariant(NetworkVariant variant, Configuration configuration, List<Step> steps) {
        /** {@return the layers that are wanted, in a step of the phase that was asked for} */
        List<Entry> layers(boolean nudged, Predicate<Entry> wanted) {
            return steps.stream()
                    .filter(step -> step.nudged() == nudged)
                    .limit(1)
                    .flatMap(step -> entries(step).stream())
                    .filter(wanted)
                    .toList();
        }

        private List<Entry> entries(Step step) {
            return step.layers().stream()
                    .map(layer -> new Entry(this, step, layer))
                    .toList();
        }
    }

    /**
     * A network after one step.
     *
     * @param nudged whether the step belongs to the nudge phase
     * @param step which step, counted from the start of the free phase, from 1
     */
    record Step(boolean nudged, int step, List<Layer> layers) {}

    /**
     * A layer after one step.
     *
     * @param layer which layer, 1 for the first hidden one
     * @param decoded what those who get its spikes make of them, {@code r ← (1 − λ) r + λ q}; the activations of neurons without spikes
     * @param sent what it sends: its spikes q, or the activations of neurons without spikes
     * @param forward what it gets from below in the next step, {@code P(w ∗ q)}
     * @param forwardOfStates what that would be if the layer below sent its activations, {@code P(w ∗ s)}
     * @param backward what it gets from above in the next step, {@code w ⋆ P⁻¹(q)}
     * @param backwardOfStates what that would be if the layer above sent its activations, {@code w ⋆ P⁻¹(s)}
     * @param mismatch of the indices of the maximum pooling before it, null where there is none
     */
    record Layer(
            int layer,
            String name,
            Statistics states,
            Statistics decoded,
            Statistics sent,
            Statistics forward,
            Statistics forwardOfStates,
            Statistics backward,
            Statistics backwardOfStates,
            @Nullable IndexMismatch mismatch) {}

    /** A layer of a variant after one step. */
    record Entry(OfVariant of, Step step, Layer layer) {
        /** {@return what tables call the phase} */
        String phase() {
            return step.nudged() ? "nudge" : "free";
        }

        /** {@return whether the layer gets something from above} */
        boolean hidden() {
            return layer.layer() < step.layers().size();
        }

        /** {@return the same layer in another step} */
        Layer in(Step other) {
            return other.layers().get(layer.layer() - 1);
        }

        /** {@return the mean of a quantity of the layer over the steps of the phase} */
        double mean(ToDoubleFunction<Layer> quantity) {
            return of.steps().stream()
                    .filter(other -> other.nudged() == step.nudged())
                    .mapToDouble(other -> quantity.applyAsDouble(in(other)))
                    .average()
                    .orElseThrow();
        }
    }

    /** {@return a row for each step of each layer that is wanted, which says as yet of what it is} */
    Columns<Entry> stepByStep(Predicate<Entry> wanted) {
        List<Entry> entries = new ArrayList<>();
        for (OfVariant of : variants) {
            of.steps().forEach(step -> of.entries(step).stream().filter(wanted).forEach(entries::add));
        }
        return new Columns<Entry>(entries)
                .column("network", entry -> entry.of().variant().word())
                .column("phase", Entry::phase)
                .column("step", entry -> entry.step().step())
                .column("layer", entry -> entry.layer().layer())
                .column("name", entry -> entry.layer().name());
    }

    /** {@return a row for the nudge phase of each layer that is wanted, which says as yet of what it is} */
    Columns<Entry> nudged(Predicate<Entry> wanted) {
        return named(variants.stream()
                .flatMap(of -> of.layers(true, wanted).stream())
                .toList());
    }

    /** {@return a row for each entry, which says as yet of what it is} */
    static Columns<Entry> named(List<Entry> entries) {
        return new Columns<Entry>(entries)
                .column("network", entry -> entry.of().variant().title())
                .column("layer", entry -> entry.layer().name());
    }
}
