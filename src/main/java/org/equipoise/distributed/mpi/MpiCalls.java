package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.invoke.MethodHandles.insertArguments;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.equipoise.error.WorkFailedException;

/**
 * The calls of MPI that are used, with all handles in place, so that they look the same whatever the library. A call that fails throws
 * with the message that the library has for it.
 */
final class MpiCalls {
    private static final int ERROR_ROOM = 1024;

    private final MpiAbi abi;
    private final MethodHandle initThread;
    private final MethodHandle commRank;
    private final MethodHandle commSize;
    private final MethodHandle setErrorHandler;
    private final MethodHandle errorString;
    private final MethodHandle isend;
    private final MethodHandle irecv;
    private final MethodHandle testall;
    private final MethodHandle waitall;
    private final MethodHandle allgather;
    private final MethodHandle bcast;
    private final MethodHandle allreduce;
    private final MethodHandle abort;
    private final MethodHandle finish;

    MpiCalls(MpiLibrary library) {
        this.abi = library.abi();
        MemoryLayout handle = abi.handle();
        Object world = abi.world();
        Object bytes = abi.bytes();
        this.initThread = library.call("MPI_Init_thread", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
        this.commRank = insertArguments(library.call("MPI_Comm_rank", handle, ADDRESS), 0, world);
        this.commSize = insertArguments(library.call("MPI_Comm_size", handle, ADDRESS), 0, world);
        this.setErrorHandler =
                insertArguments(library.call("MPI_Comm_set_errhandler", handle, handle), 0, world, abi.errorsReturn());
        this.errorString = library.call("MPI_Error_string", JAVA_INT, ADDRESS, ADDRESS);
        this.isend = message(library, "MPI_Isend");
        this.irecv = message(library, "MPI_Irecv");
        this.testall = library.call("MPI_Testall", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        this.waitall = library.call("MPI_Waitall", JAVA_INT, ADDRESS, ADDRESS);
        MethodHandle gather =
                library.call("MPI_Allgather", ADDRESS, JAVA_INT, handle, ADDRESS, JAVA_INT, handle, handle);
        this.allgather = insertArguments(insertArguments(gather, 5, bytes, world), 2, bytes);
        this.bcast = insertArguments(
                library.call("MPI_Bcast", ADDRESS, JAVA_INT, handle, JAVA_INT, handle), 2, bytes, 0, world);
        this.allreduce = insertArguments(
                library.call("MPI_Allreduce", ADDRESS, ADDRESS, JAVA_INT, handle, handle, handle),
                3,
                abi.floats(),
                abi.sum(),
                world);
        this.abort = insertArguments(library.call("MPI_Abort", handle, JAVA_INT), 0, world);
        this.finish = library.call("MPI_Finalize");
    }

    private MethodHandle message(MpiLibrary library, String name) {
        MethodHandle call =
                library.call(name, ADDRESS, JAVA_INT, abi.handle(), JAVA_INT, JAVA_INT, abi.handle(), ADDRESS);
        return insertArguments(insertArguments(call, 5, abi.world()), 2, abi.bytes());
    }

    /** {@return the bytes of a request among others} */
    long requestBytes() {
        return abi.handle().byteSize();
    }

    /** Begins MPI, whose errors are returned from now on. {@return whether the library allows for threads beside the calling one} */
    boolean init() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment provided = arena.allocate(JAVA_INT);
            check("begin", () ->
                    (int) initThread.invokeExact(MemorySegment.NULL, MemorySegment.NULL, abi.funnelled(), provided));
            check("begin", () -> (int) setErrorHandler.invokeExact());
            return provided.get(JAVA_INT, 0) >= abi.funnelled();
        }
    }

    int rank() {
        return number(commRank);
    }

    int size() {
        return number(commSize);
    }

    private int number(MethodHandle call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            check("count the ranks", () -> (int) call.invokeExact(number));
            return number.get(JAVA_INT, 0);
        }
    }

    void send(MemorySegment data, int to, int tag, MemorySegment request) {
        check("send", () -> (int) isend.invokeExact(data, count(data), to, tag, request));
    }

    void receive(MemorySegment data, int from, int tag, MemorySegment request) {
        check("receive", () -> (int) irecv.invokeExact(data, count(data), from, tag, request));
    }

    /** {@return whether all requests are complete, as {@code flag} says afterwards} */
    boolean test(int requests, MemorySegment all, MemorySegment flag) {
        check("exchange", () -> (int) testall.invokeExact(requests, all, flag, abi.statusesIgnored()));
        return flag.get(JAVA_INT, 0) != 0;
    }

    void await(int requests, MemorySegment all) {
        check("exchange", () -> (int) waitall.invokeExact(requests, all, abi.statusesIgnored()));
    }

    /** Gathers as many bytes of each rank as there are in {@code mine}. */
    void gather(MemorySegment mine, MemorySegment all) {
        check("gather", () -> (int) allgather.invokeExact(mine, count(mine), all, count(mine)));
    }

    void broadcast(MemorySegment data) {
        check("broadcast", () -> (int) bcast.invokeExact(data, count(data)));
    }

    void sum(MemorySegment floats) {
        check("add", () -> (int) allreduce.invokeExact(abi.inPlace(), floats, count(floats) / Float.BYTES));
    }

    void abort(int exitCode) {
        check("end", () -> (int) abort.invokeExact(exitCode));
    }

    void finish() {
        check("take leave", () -> (int) finish.invokeExact());
    }

    private static int count(MemorySegment data) {
        return Math.toIntExact(data.byteSize());
    }

    /** A call of C that returns an error code. */
    @FunctionalInterface
    private interface Call {
        int run() throws Throwable;
    }

    private void check(String what, Call call) {
        int code;
        try {
            code = call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A call of MPI failed", e);
        }
        if (code != 0) {
            throw new WorkFailedException("MPI could not " + what + ": " + message(code) + ".");
        }
    }

    private String message(int code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ERROR_ROOM);
            MemorySegment length = arena.allocate(JAVA_INT);
            int result = (int) errorString.invokeExact(code, text, length);
            return result == 0 ? text.getString(0).strip().replaceFirst("\\.$", "") : "error " + code;
        } catch (Throwable e) {
            return "error " + code;
        }
    }
}
