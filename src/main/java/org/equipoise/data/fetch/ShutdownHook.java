package org.equipoise.data.fetch;

/** Something to clean up should the process be told to end before this is closed. */
final class ShutdownHook implements AutoCloseable {
    private final Thread hook;

    ShutdownHook(Runnable cleanup) {
        hook = new Thread(cleanup, "equipoise-fetch-cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The process no longer needs to clean up. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending and the hook runs
        }
    }
}
