package org.equipoise.experiment;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what all threads of this JVM allocate on the heap, where the JVM can tell. */
final class HeapAllocation {
    private HeapAllocation() {}

    /** {@return bytes allocated so far by all threads, those that have ended included; -1 where the JVM cannot tell} */
    static long bytes() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getTotalThreadAllocatedBytes()
                : -1;
    }
}
