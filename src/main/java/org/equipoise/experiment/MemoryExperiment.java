package org.equipoise.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.equipoise.config.Configuration;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.training.TrainingState;
import org.jspecify.annotations.Nullable;

/**
 * Compares the memory of ways of learning over numbers of time steps: for Equilibrium Propagation it stays the same, and for
 * back-propagation through time it grows with every step.
 *
 * @param budgetBytes the most off-heap memory a case may take; what needs more is predicted and not run
 */
public record MemoryExperiment(Configurations configurations, int threads, long budgetBytes) {
    /** What is trained in a case. */
    @FunctionalInterface
    public interface Configurations {
        /**
         * @param settings the settings that make the case, as {@code key=value}
         */
        Configuration with(List<String> settings);
    }

    /** Measures in a process of its own, so that physical memory is that of the case alone. */
    public interface Measurement {
        /** {@return the memory of a process that does nothing} */
        Footprint nothing();

        Footprint oneBatch(Configuration configuration);
    }

    private record Case(LearningVariant variant, int batch, int timeSteps, Configuration configuration) {}

    /**
     * @return all combinations, in this order
     * @throws org.equipoise.memory.BudgetExceededException if not one of them fits the budget
     */
    public MemoryReport run(
            List<LearningVariant> variants,
            List<Integer> batches,
            List<Integer> timeSteps,
            Measurement measurement,
            Consumer<MemoryRow> listener) {
        List<Case> cases = cases(variants, batches, timeSteps);
        Ledger budget = new Ledger(budgetBytes);
        if (cases.stream().noneMatch(one -> budget.fits(plans(one)))) {
            TrainingState.requireMemory(cases.getFirst().configuration(), threads, 0, budget);
        }
        Footprint base = measurement.nothing();
        List<MemoryRow> rows = new ArrayList<>();
        for (Case one : cases) {
            List<MemoryPlan> plans = plans(one);
            Footprint measured = budget.fits(plans) ? measurement.oneBatch(one.configuration()) : null;
            MemoryRow row = row(one, plans, measured, base);
            rows.add(row);
            listener.accept(row);
        }
        return new MemoryReport(threads, base.peakResidentBytes(), List.copyOf(rows));
    }

    private List<Case> cases(List<LearningVariant> variants, List<Integer> batches, List<Integer> timeSteps) {
        List<Case> cases = new ArrayList<>();
        for (LearningVariant variant : variants) {
            for (int batch : batches) {
                for (int steps : timeSteps) {
                    List<String> settings = new ArrayList<>(variant.settings());
                    settings.add("phases.free=" + steps);
                    settings.add("training.batch=" + batch);
                    cases.add(new Case(variant, batch, steps, configurations.with(settings)));
                }
            }
        }
        return cases;
    }

    private List<MemoryPlan> plans(Case one) {
        return TrainingState.plans(one.configuration(), threads, 0);
    }

    private static MemoryRow row(Case one, List<MemoryPlan> plans, @Nullable Footprint measured, Footprint base) {
        Map<Account, Long> predicted = Ledger.byAccount(plans);
        Map<String, Long> accounts = new LinkedHashMap<>();
        for (Account account : Account.values()) {
            accounts.put(account.label(), predicted.getOrDefault(account, 0L));
        }
        Long resident = measured == null ? null : measured.peakResidentBytes();
        Long nothing = base.peakResidentBytes();
        return new MemoryRow(
                one.variant().label(),
                one.timeSteps(),
                one.batch(),
                plans.stream().mapToLong(MemoryPlan::totalBytes).sum(),
                measured == null ? null : measured.peakBytes(),
                resident,
                resident == null || nothing == null ? null : resident - nothing,
                accounts);
    }
}
