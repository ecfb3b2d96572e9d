package org.equipoise.experiment;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ImageShape;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.random.CounterRandom;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingState;
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
    private static final int MAX_CLASSES = 256;

    /**
     * Trains on one batch of random images, every step and phase of it, and looks at the memory before it is given back.
     *
     * @param machine what may be used; its ledger must be new
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public static Footprint ofOneBatch(Configuration configuration, Machine machine) {
        AtomicBoolean done = new AtomicBoolean();
        Dataset images = randomImages(configuration);
        try (TrainingState state = TrainingState.open(configuration, images.train(), machine)) {
            Trainer trainer = new Trainer(configuration, images, machine, state);
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

    /** Images of the size a network wants: a batch to learn from, whatever it shows, and the same to test with. */
    static Dataset randomImages(Configuration configuration) {
        ImageShape shape = configuration.network().input();
        int count = configuration.training().batch();
        int classes = Math.min(MAX_CLASSES, configuration.network().classes());
        CounterRandom random = new CounterRandom(configuration.training().seed(), 0);
        byte[] pixels = new byte[Math.multiplyExact(count, shape.channels() * shape.height() * shape.width())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.bits(i);
        }
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        ImageSet images = ImageSet.of(
                "random images",
                new IdxArray(new int[] {count, shape.height(), shape.width(), shape.channels()}, pixels),
                new IdxArray(new int[] {count}, labels),
                classes);
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new Dataset(images.name(), images, images, names, "none", "drawn for a measurement");
    }
}
