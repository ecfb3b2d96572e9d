package org.equipoise.memory;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test class after which a ledger, of whoever, still has an entry: off-heap memory that nobody gave back. JUnit finds it by
 * itself, so that it guards all classes.
 */
public final class LeakGuard implements BeforeAllCallback, AfterAllCallback {
    private static final List<Ledger> LEDGERS = new ArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!nested(context)) {
            forget();
            Ledger.watch(LeakGuard::noteLedger);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!nested(context)) {
            List<String> owners = leaks();
            forget();
            if (!owners.isEmpty()) {
                throw new AssertionError(
                        context.getDisplayName() + " has left off-heap memory that was not given back: " + owners);
            }
        }
    }

    private static boolean nested(ExtensionContext context) {
        return context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
    }

    private static synchronized void noteLedger(Ledger ledger) {
        LEDGERS.add(ledger);
    }

    private static synchronized void forget() {
        LEDGERS.clear();
    }

    /** {@return who holds memory that was entered since the class began} */
    static synchronized List<String> leaks() {
        return LEDGERS.stream()
                .flatMap(ledger -> ledger.openPlans().stream())
                .map(MemoryPlan::owner)
                .toList();
    }
}
