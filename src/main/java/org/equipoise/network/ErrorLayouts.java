package org.equipoise.network;

import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.jspecify.annotations.Nullable;

/**
 * The layouts by which spikes travel in nudge phases that amplify errors: the two of {@link ConnectionParameters}, with the feedback γ on
 * the way up and not on the way down.
 *
 * @param forward γ times the forward layout
 * @param backward the backward layout without γ; null towards the image
 */
public record ErrorLayouts(WeightBlocks forward, @Nullable WeightBlocks backward) {
    static ErrorLayouts in(MemoryScope memory, WeightBlocks forward, @Nullable WeightBlocks backward, int number) {
        return new ErrorLayouts(
                like(memory, forward, "layers." + number + ".errors forward"),
                backward == null ? null : like(memory, backward, "layers." + number + ".errors backward"));
    }

    private static WeightBlocks like(MemoryScope memory, WeightBlocks weights, String name) {
        return WeightBlocks.in(memory, Account.PARAMETERS, name, weights.format(), weights.rows(), weights.lanes());
    }
}
