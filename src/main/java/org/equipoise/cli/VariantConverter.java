package org.equipoise.cli;

import org.equipoise.experiment.LearningVariant;

/** Reads a way of learning. */
final class VariantConverter extends Choice<LearningVariant> {
    VariantConverter() {
        super(LearningVariant.values());
    }
}
