package org.equipoise.experiment.gradcheck;

import java.util.List;

/**
 * The gradient of the loss by one parameter, step by step.
 *
 * @param coordinate the parameter's place among its layer's weights, in interchange order
 * @param ep by Equilibrium Propagation: what each nudge step changes of it
 * @param bptt by back-propagation: what each step brings, the last step first
 */
public record Curve(int coordinate, List<Double> ep, List<Double> bptt) {
    /** Copies the lists. */
    public Curve {
        ep = List.copyOf(ep);
        bptt = List.copyOf(bptt);
    }
}
