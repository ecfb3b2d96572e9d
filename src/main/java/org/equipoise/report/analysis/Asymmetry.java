package org.equipoise.report.analysis;

import java.util.List;

/**
 * How the gradients of the two nudges differ, layer by layer, against two states without a nudge.
 *
 * @param images how many images the gradients are the mean of
 * @param againstFree against the state at the end of the free phase, as one-sided estimators take it: what has not settled by then
 *     moves on during the nudges, and counts in both gradients with opposite signs
 * @param againstLater against the state as many steps later as the nudges take: the response to the nudges alone
 */
public record Asymmetry(int images, List<LayerAsymmetry> againstFree, List<LayerAsymmetry> againstLater) {
    /** Copies the lists. */
    public Asymmetry {
        againstFree = List.copyOf(againstFree);
        againstLater = List.copyOf(againstLater);
    }
}
