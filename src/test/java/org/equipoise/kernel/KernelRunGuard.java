package org.equipoise.kernel;

import java.lang.management.ManagementFactory;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips, with the reason, tests of kernels that cannot run on this machine or cannot fail in this JVM, so that {@code pom.xml} may
 * start them for scalar code and each width on any machine. JUnit finds it by itself.
 */
public final class KernelRunGuard implements ExecutionCondition {
    /** Tag of tests that compare the JVM's kernels with scalar ones and nothing else. */
    static final String TWIN = "twin";

    /** System property that {@code pom.xml} sets where all tests have run before with the kernels the JVM gets by itself. */
    static final String AFTER_DEFAULT_RUN = "equipoise.afterDefaultRun";

    private static final ConditionEvaluationResult RUNS = ConditionEvaluationResult.enabled("It runs here");

    /**
     * What a JVM that tests was started for.
     *
     * @param kernels asked for, or null for those that the JVM gets by itself
     * @param vectorBits asked for, or null
     * @param afterDefaultRun whether all tests have run before, with nothing asked for
     */
    record Run(@Nullable String kernels, @Nullable String vectorBits, boolean afterDefaultRun) {
        private static Run ofThisJvm() {
            // A default run that was given properties on its command line was another one than is thought of here.
            boolean plain = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .noneMatch(option -> option.startsWith("-Dequipoise."));
            return new Run(
                    System.getProperty(KernelSelection.KERNELS),
                    System.getProperty(KernelSelection.VECTOR_BITS),
                    plain && Boolean.getBoolean(AFTER_DEFAULT_RUN));
        }

        /** {@return the kernels that are tested} */
        KernelSelection selection(VectorSupport machine) {
            return KernelSelection.decide(new KernelSelection.Request(kernels, vectorBits, null, machine));
        }

        /** {@return why a test does not run, or null if it does} */
        @Nullable
        String skips(Set<String> tags, VectorSupport machine) {
            if (vectorBits != null && Integer.parseInt(vectorBits) > machine.bits()) {
                return "Vectors of " + vectorBits + " bits were asked for; this machine has " + machine.bits();
            }
            int bits = selection(machine).vectorBits();
            if (afterDefaultRun
                    && bits == new Run(null, null, false).selection(machine).vectorBits()) {
                return (bits == 0 ? "Scalar code was" : "Vectors of " + bits + " bits were")
                        + " tested by the default run";
            }
            return bits == 0 && tags.contains(TWIN) ? "Scalar code would be compared with itself" : null;
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String reason = Run.ofThisJvm().skips(context.getTags(), VectorSupport.ofThisJvm());
        return reason == null ? RUNS : ConditionEvaluationResult.disabled(reason);
    }
}
