package org.equipoise.kernel;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips every test class of a JVM that was asked for wider vectors than its processor has, so that the tests of each width can be
 * started on any machine and say which of them it could not run. JUnit finds it by itself.
 */
public final class WidthGuard implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(
                Integer.getInteger(KernelSelection.VECTOR_BITS, 0),
                VectorSupport.ofThisJvm().bits());
    }

    static ConditionEvaluationResult evaluate(int asked, int widest) {
        return asked > widest
                ? ConditionEvaluationResult.disabled(
                        "Vectors of " + asked + " bits were asked for; this machine has " + widest)
                : ConditionEvaluationResult.enabled("This machine has vectors of the width asked for");
    }
}
