package org.equipoise.experiment.reproduce;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.equipoise.data.Catalogue;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingListener;

/** Where targets are made in tests: with the bundled digits alone, in silence. */
final class TestEnvironment {
    private TestEnvironment() {}

    /**
     * @param runs the folder of runs, in the test's folder
     * @param stop whether training is to stop
     */
    static RunEnvironment in(Path folder, String runs, BooleanSupplier stop) {
        Catalogue catalogue = Catalogue.from(
                Map.of("EQUIPOISE_DATA", folder.resolve("no-data").toString()), folder);
        return new RunEnvironment(
                () -> new Machine(KernelSelection.ofThisJvm().kernels(), 2, Ledger.unlimited()),
                catalogue,
                folder.resolve(runs),
                Duration.ofMinutes(5),
                stop,
                (configuration, dataset) -> TrainingListener.SILENT,
                line -> {});
    }
}
