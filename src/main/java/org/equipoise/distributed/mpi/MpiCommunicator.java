package org.equipoise.distributed.mpi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.Transfers;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;

/** The ranks that {@code mpirun} or {@code srun} has started. A process opens this once, since MPI cannot begin again. */
public final class MpiCommunicator implements Communicator {
    /** How many values of a rank are gathered at once. */
    private static final int GATHERED = 1024;

    private static final String OWNER = "messages";

    /** How launchers name the number of processes, and which of them this one is. SLURM_NTASKS is set where there is but one, too. */
    private static final List<List<String>> LAUNCHERS = List.of(
            List.of("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
            List.of("PMI_SIZE", "PMI_RANK"),
            List.of("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
            List.of("MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"),
            List.of("PMIX_SIZE", "PMIX_RANK"),
            List.of("FLUX_JOB_SIZE", "FLUX_TASK_RANK"),
            List.of("JSM_NAMESPACE_SIZE", "JSM_NAMESPACE_RANK"));

    private final MpiLibrary library;
    private final MpiCalls calls;
    private final int rank;
    private final int size;
    private final MemoryScope.Holding memory;
    private final MemorySegment sent;
    private final MemorySegment received;
    private final MemorySegment flag;
    private long bytes;
    private long nanos;
    private boolean closed;

    private MpiCommunicator(MemoryScope memory, MpiLibrary library, MpiCalls calls) {
        this.library = library;
        this.calls = calls;
        this.rank = calls.rank();
        this.size = calls.size();
        this.memory = memory.holding();
        this.sent = memory.words(Account.EXCHANGE, "gathered from here", GATHERED);
        this.received = memory.words(Account.EXCHANGE, "gathered from all", (long) GATHERED * size);
        this.flag = memory.words(Account.EXCHANGE, "flag", 1);
    }

    /**
     * Joins the ranks that were started with this one.
     *
     * @param variables the environment, by which a library that is not the launcher's own is noticed
     * @throws WorkFailedException if MPI cannot begin
     */
    public static MpiCommunicator join(MpiLibrary library, Map<String, String> variables, Ledger ledger) {
        MpiCalls calls = new MpiCalls(library);
        if (!calls.init()) {
            calls.finish();
            throw new WorkFailedException("The MPI library " + library.path()
                    + " allows for no threads beside the calling one; one built for MPI_THREAD_FUNNELED was expected.");
        }
        MpiCommunicator joined = ledger.open(OWNER, memory -> new MpiCommunicator(memory, library, calls));
        int started = started(variables);
        if (joined.size == 1 && started > 1) {
            joined.close();
            throw new WorkFailedException(started + " processes were started, and " + library.version()
                    + " (" + library.path() + ") sees one: it is not the library of the launcher; "
                    + MpiLibrary.VARIABLE + " names another.");
        }
        return joined;
    }

    /** {@return how many processes the launcher says that it has started, 1 where it says nothing} */
    public static int started(Map<String, String> variables) {
        return number(variables, 0, 1);
    }

    /** {@return which of them the launcher says that this one is, 0 where it says nothing} */
    public static int startedAs(Map<String, String> variables) {
        return number(variables, 1, 0);
    }

    private static int number(Map<String, String> variables, int column, int otherwise) {
        for (List<String> names : LAUNCHERS) {
            String text = variables.getOrDefault(names.get(column), "");
            if (text.matches("\\d{1,9}")) {
                return Integer.parseInt(text);
            }
        }
        return otherwise;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String description() {
        return library.version();
    }

    @Override
    public List<MemoryPlan> plans() {
        return MemoryScope.count(scope -> scope.part(OWNER, part -> new MpiCommunicator(part, library, calls)));
    }

    @Override
    public long[][] gather(long[] values) {
        long[][] all = new long[size][values.length];
        for (int first = 0; first < values.length; first += GATHERED) {
            int count = Math.min(GATHERED, values.length - first);
            long piece = (long) count * Long.BYTES;
            MemorySegment.copy(values, first, sent, ValueLayout.JAVA_LONG, 0, count);
            long start = System.nanoTime();
            calls.gather(sent.asSlice(0, piece), received.asSlice(0, size * piece));
            counted(piece * (size - 1), start);
            for (int r = 0; r < size; r++) {
                MemorySegment.copy(received, ValueLayout.JAVA_LONG, r * piece, all[r], first, count);
            }
        }
        return all;
    }

    @Override
    public void broadcast(MemorySegment data) {
        inPieces(data, piece -> {
            long start = System.nanoTime();
            calls.broadcast(piece);
            counted(rank == 0 ? piece.byteSize() * (size - 1) : 0, start);
        });
    }

    @Override
    public void sum(MemorySegment floats) {
        inPieces(floats, piece -> {
            long start = System.nanoTime();
            calls.sum(piece);
            // What a rank sends at least where all take part: its share to the others, and its share of the sums.
            counted(2 * piece.byteSize() * (size - 1) / size, start);
        });
    }

    /** Cuts data into what one call can take. */
    private static void inPieces(MemorySegment data, Consumer<MemorySegment> call) {
        for (long first = 0; first < data.byteSize(); first += Transfers.MAX_BYTES) {
            call.accept(data.asSlice(first, Math.min(Transfers.MAX_BYTES, data.byteSize() - first)));
        }
    }

    @Override
    public Transfers transfers(MemorySegment requests) {
        return new Requests(requests);
    }

    private void counted(long moreBytes, long start) {
        bytes += moreBytes;
        nanos += System.nanoTime() - start;
    }

    @Override
    public ExchangeCount count() {
        return new ExchangeCount(bytes, nanos);
    }

    @Override
    public void abort(int exitCode) {
        calls.abort(exitCode);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
            calls.finish();
        }
    }

    /** Messages under way, as requests of the library one after the other. */
    private final class Requests implements Transfers {
        private final MemorySegment requests;
        private int count;

        Requests(MemorySegment requests) {
            this.requests = requests;
        }

        @Override
        public void send(MemorySegment data, int to, int tag) {
            long start = System.nanoTime();
            inPieces(data, piece -> calls.send(piece, to, tag, next()));
            counted(data.byteSize(), start);
        }

        @Override
        public void receive(MemorySegment data, int from, int tag) {
            long start = System.nanoTime();
            inPieces(data, piece -> calls.receive(piece, from, tag, next()));
            counted(0, start);
        }

        private MemorySegment next() {
            return requests.asSlice(calls.requestBytes() * count++, calls.requestBytes());
        }

        @Override
        public boolean done() {
            if (count > 0) {
                long start = System.nanoTime();
                boolean all = calls.test(count, requests, flag);
                counted(0, start);
                count = all ? 0 : count;
            }
            return count == 0;
        }

        @Override
        public void await() {
            if (count > 0) {
                long start = System.nanoTime();
                calls.await(count, requests);
                counted(0, start);
                count = 0;
            }
        }
    }
}
