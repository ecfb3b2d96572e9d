package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.equipoise.distributed.mpi.MpiAbi.Handle;
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
        MemoryLayout handle = abi.handleLayout();
        Object world = abi.value(Handle.COMM_WORLD);
        Object bytes = abi.value(Handle.BYTE);
        this.initThread = library.downcall(
                "MPI_Init_thread", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
        this.commRank = bound(library, "MPI_Comm_rank", FunctionDescriptor.of(JAVA_INT, handle, ADDRESS), 0, world);
        this.commSize = bound(library, "MPI_Comm_size", FunctionDescriptor.of(JAVA_INT, handle, ADDRESS), 0, world);
        this.setErrorHandler = bound(
                library,
                "MPI_Comm_set_errhandler",
                FunctionDescriptor.of(JAVA_INT, handle, handle),
                0,
                world,
                abi.value(Handle.ERRORS_RETURN));
        this.errorString =
                library.downcall("MPI_Error_string", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        this.isend = message(library, "MPI_Isend", world, bytes);
        this.irecv = message(library, "MPI_Irecv", world, bytes);
        this.testall =
                library.downcall("MPI_Testall", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        this.waitall = library.downcall("MPI_Waitall", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        MethodHandle gather = library.downcall(
                "MPI_Allgather",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, handle, ADDRESS, JAVA_INT, handle, handle));
        this.allgather =
                MethodHandles.insertArguments(MethodHandles.insertArguments(gather, 5, bytes, world), 2, bytes);
        MethodHandle broadcast = library.downcall(
                "MPI_Bcast", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, handle, JAVA_INT, handle));
        this.bcast = MethodHandles.insertArguments(broadcast, 2, bytes, 0, world);
        this.allreduce = bound(
                library,
                "MPI_Allreduce",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, handle, handle, handle),
                3,
                abi.value(Handle.FLOAT),
                abi.value(Handle.SUM),
                world);
        this.abort = bound(library, "MPI_Abort", FunctionDescriptor.of(JAVA_INT, handle, JAVA_INT), 0, world);
        this.finish = library.downcall("MPI_Finalize", FunctionDescriptor.of(JAVA_INT));
    }

    private static MethodHandle bound(
            MpiLibrary library, String name, FunctionDescriptor descriptor, int position, Object... values) {
        return MethodHandles.insertArguments(library.downcall(name, descriptor), position, values);
    }

    private MethodHandle message(MpiLibrary library, String name, Object world, Object bytes) {
        MemoryLayout handle = abi.handleLayout();
        MethodHandle call = library.downcall(
                name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, ADDRESS));
        return MethodHandles.insertArguments(MethodHandles.insertArguments(call, 5, world), 2, bytes);
    }

    /** {@return the bytes of a request among others} */
    long requestBytes() {
        return abi.handleLayout().byteSize();
    }

    /** Begins MPI, whose errors are returned from now on. {@return whether the library allows for threads beside the calling one} */
    boolean init() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment provided = arena.allocate(JAVA_INT);
            check("begin", (int)
                    initThread.invokeExact(MemorySegment.NULL, MemorySegment.NULL, abi.funnelled(), provided));
            check("begin", (int) setErrorHandler.invokeExact());
            return provided.get(JAVA_INT, 0) >= abi.funnelled();
        } catch (Throwable e) {
            throw failed(e);
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
            check("count the ranks", (int) call.invokeExact(number));
            return number.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void send(MemorySegment data, int to, int tag, MemorySegment request) {
        try {
            check("send", (int) isend.invokeExact(data, count(data), to, tag, request));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void receive(MemorySegment data, int from, int tag, MemorySegment request) {
        try {
            check("receive", (int) irecv.invokeExact(data, count(data), from, tag, request));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** {@return whether all requests are complete, as {@code flag} says afterwards} */
    boolean test(int requests, MemorySegment all, MemorySegment flag) {
        try {
            check("exchange", (int) testall.invokeExact(requests, all, flag, abi.statusesIgnored()));
            return flag.get(JAVA_INT, 0) != 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void await(int requests, MemorySegment all) {
        try {
            check("exchange", (int) waitall.invokeExact(requests, all, abi.statusesIgnored()));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Gathers as many bytes of each rank as there are in {@code mine}. */
    void gather(MemorySegment mine, MemorySegment all) {
        try {
            int bytes = count(mine);
            check("gather", (int) allgather.invokeExact(mine, bytes, all, bytes));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void broadcast(MemorySegment data) {
        try {
            check("broadcast", (int) bcast.invokeExact(data, count(data)));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void sum(MemorySegment floats) {
        try {
            int values = Math.toIntExact(floats.byteSize() / Float.BYTES);
            check("add", (int) allreduce.invokeExact(abi.inPlace(), floats, values));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void abort(int exitCode) {
        try {
            check("end", (int) abort.invokeExact(exitCode));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void finish() {
        try {
            check("take leave", (int) finish.invokeExact());
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static int count(MemorySegment data) {
        return Math.toIntExact(data.byteSize());
    }

    private void check(String what, int code) {
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

    private static RuntimeException failed(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("A call of MPI failed", thrown);
        };
    }
}
