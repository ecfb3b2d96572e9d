package org.equipoise.cli;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.Placement;
import org.equipoise.distributed.mpi.MpiCommunicator;
import org.equipoise.distributed.mpi.MpiLibrary;
import org.equipoise.training.Machine;
import org.jspecify.annotations.Nullable;

/** Runs a command on several processes, the MPI ranks. If one rank fails, all are ended, so that none waits forever. */
record DistributedRun(EquipoiseCommand program) {
    /** How long other ranks wait before they end all: if all fail alike, rank 0 says why. */
    private static final long DELAY_MILLIS = 1000;

    /** Says once if a launcher has started several processes, each of which trains for itself. */
    static void warnOfOthers(EquipoiseCommand program) {
        Map<String, String> variables = program.environment.variables();
        int started = MpiCommunicator.started(variables);
        if (started > 1 && MpiCommunicator.startedAs(variables) == 0) {
            program.tell(
                    started
                            + " processes were started, and each trains a network of its own; with --distributed mpi they train one.");
        }
    }

    /**
     * @param alone what this process may use
     * @param threads the threads of each rank, null to choose by the processors
     * @param work what every rank runs, with its ranks in the machine; returns the exit code
     */
    int run(Machine alone, @Nullable Integer threads, ToIntFunction<Machine> work) {
        Map<String, String> variables = program.environment.variables();
        MpiLibrary library = MpiLibrary.load(variables);
        Communicator communicator = MpiCommunicator.join(library, variables, alone.ledger());
        try {
            Placement placement = Placement.of(communicator);
            int each = threads == null ? placement.threads(alone.threads()) : threads;
            if (communicator.rank() == 0) {
                program.tell(introduction(communicator, placement));
            }
            int exitCode = work.applyAsInt(new Machine(alone.kernels(), each, alone.ledger(), communicator));
            // A barrier: launchers may kill the other ranks when one has ended, so all must have written their output.
            communicator.any(false);
            communicator.close();
            return exitCode;
        } catch (Throwable thrown) {
            return failed(communicator, Failure.of(thrown), thrown);
        }
    }

    private static String introduction(Communicator communicator, Placement placement) {
        return Text.count(communicator.size(), "rank") + " on " + Text.count(placement.hosts(), "machine") + ", "
                + communicator.description() + ".";
    }

    private int failed(Communicator communicator, Failure failure, Throwable thrown) {
        if (communicator.rank() > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(DELAY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        program.tell("Rank " + communicator.rank() + ": " + failure.sentence());
        if (program.debug) {
            thrown.printStackTrace(program.environment.err());
        }
        program.environment.err().flush();
        communicator.abort(failure.exitCode());
        return failure.exitCode();
    }
}
