package org.equipoise.cli;

import java.util.ArrayList;
import java.util.Arrays;
import org.equipoise.experiment.LearningVariant;

/** The ways of learning that {@code memory} compares, for help and completion. */
final class VariantNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    VariantNames() {
        super(Arrays.stream(LearningVariant.values())
                .map(LearningVariant::label)
                .toList());
    }
}
