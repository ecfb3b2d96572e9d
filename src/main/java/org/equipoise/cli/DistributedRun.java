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

/**
 * A command that several processes carry out together. Whatever ends one of them before the others ends all, so that none waits for
 * ever.
 *
 * @param program whose environment and options count
 */
record DistributedRun(EquipoiseCommand program) {
    /** Where all ranks fail alike, the first one says why. */
    private static final long AFTER_THE_FIRST_MILLIS = 1000;

    /**
     * @param alone what the process may use, and where its memory is entered
     * @param threads how many threads were asked for, null where the machine decides
     * @param work what all ranks do
     * @return the exit code
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
            // None leaves before all is written and said: a launcher may end the others when one has left.
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
                TimeUnit.MILLISECONDS.sleep(AFTER_THE_FIRST_MILLIS);
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
