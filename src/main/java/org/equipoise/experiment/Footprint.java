package org.equipoise.experiment;

import java.util.concurrent.atomic.AtomicBoolean;
import org.equipoise.config.Configuration;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * What a process held at most.
 *
 * @param peakBytes off-heap memory by the ledger
 * @param peakResidentBytes physical memory of the whole process, null where the system does not say
 * @param residentBytes the same when it was asked, null where the system does not say
 */
public record Footprint(
        long peakBytes,
        @Nullable Long peakResidentBytes,
        @Nullable Long residentBytes) {

    /**
     * Trains on one batch of random images, every step and phase of it, and looks at the memory before it is given back.
     *
     * @param configuration what to train
     * @param machine what may be used; its ledger must be new
     * @return the memory that took
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public static Footprint ofOneBatch(Configuration configuration, Machine machine) {
        AtomicBoolean done = new AtomicBoolean();
        try (Trainer trainer = new Trainer(
                configuration,
                RandomImages.batchFor(configuration),
                machine.kernels(),
                machine.threads(),
                machine.ledger())) {
            trainer.trainEpoch(done::get, TrainingListener.SILENT, () -> done.set(true));
            return now(machine.ledger().peakBytes());
        }
    }

    /** {@return that of a process that has done nothing, the base to compare others with} */
    public static Footprint ofNothing() {
        return now(0);
    }

    private static Footprint now(long peakBytes) {
        ResidentMemory resident = ResidentMemory.ofThisProcess().orElse(null);
        return new Footprint(
                peakBytes,
                resident == null ? null : resident.peakBytes(),
                resident == null ? null : resident.currentBytes());
    }
}
