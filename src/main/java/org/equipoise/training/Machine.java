package org.equipoise.training;

import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;

/**
 * What a run may use of the machine. None of it changes a result.
 *
 * @param kernels the arithmetic
 * @param threads how many threads work
 * @param ledger where off-heap memory is entered, with its budget
 * @param communicator the processes that share its batches
 */
public record Machine(Kernels kernels, int threads, Ledger ledger, Communicator communicator) {
    /**
     * What a process alone may use.
     *
     * @param kernels the arithmetic
     * @param threads how many threads work
     * @param ledger where off-heap memory is entered, with its budget
     */
    public Machine(Kernels kernels, int threads, Ledger ledger) {
        this(kernels, threads, ledger, SingleProcess.INSTANCE);
    }

    /** {@return whether this process keeps the run's folder} */
    boolean first() {
        return communicator.rank() == 0;
    }
}
