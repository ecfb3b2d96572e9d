package org.equipoise.report.analysis;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.jspecify.annotations.Nullable;

/**
 * All that a report says of a run.
 *
 * @param data what was computed from its images, null where they were not to be had
 * @param remark why there is nothing computed from its images, empty where there is
 */
public record RunAnalysis(
        RunRecord run, FirstFilters filters, @Nullable DataAnalysis data, String remark) {
    /**
     * What to look at.
     *
     * @param data replaces the name or folder of the run's data set, null to keep it
     */
    public record Scope(@Nullable String data, int testImages) {}

    /**
     * @throws BadInputException if a data set was named that cannot be opened or is not the run's
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public static RunAnalysis of(
            RunRecord run, Scope scope, Catalogue catalogue, Machine machine, Evaluator.TestProgress progress) {
        FirstFilters filters = FirstFilters.of(run);
        Dataset dataset;
        try {
            dataset = dataset(run, scope, catalogue);
        } catch (BadInputException e) {
            if (scope.data() != null) {
                throw e;
            }
            return new RunAnalysis(run, filters, null, Objects.requireNonNullElse(e.getMessage(), ""));
        }
        int images = Math.min(scope.testImages(), dataset.test().count());
        return new RunAnalysis(run, filters, DataAnalysis.of(run, dataset.limitTest(images), machine, progress), "");
    }

    /** Opens the run's images, and refuses others. */
    private static Dataset dataset(RunRecord run, Scope scope, Catalogue catalogue) {
        Map<String, String> provenance = run.provenance();
        DataSelection recorded = DataSelection.recorded(provenance);
        Dataset dataset = new DataSelection(
                        scope.data() == null ? recorded.data() : scope.data(),
                        recorded.trainLimit(),
                        recorded.testLimit(),
                        recorded.holdOut())
                .open(catalogue);
        List<Boolean> same = List.of(
                dataset.train().sha256().equals(provenance.get("trainSha256")),
                dataset.test().sha256().equals(provenance.get("testSha256")));
        if (same.contains(false)) {
            throw new BadInputException("The images of '" + dataset.name() + "' are not those that the run in "
                    + run.folder() + " has used; images with the hashes of its provenance were expected.");
        }
        return dataset;
    }
}
