package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * The binary interface of a family of MPI libraries: the values behind the names of {@code mpi.h}. Handles are numbers in one family and
 * addresses in another; the calls are the same.
 *
 * @param world all ranks, a handle like the four that follow
 * @param funnelled the level of thread support where one thread makes all calls
 * @param statusesIgnored what is passed for statuses that nobody reads
 * @param inPlace what is passed for values that are where their result goes
 */
record MpiAbi(
        String family,
        MemoryLayout handle,
        Object world,
        Object bytes,
        Object floats,
        Object sum,
        Object errorsReturn,
        int funnelled,
        MemorySegment statusesIgnored,
        MemorySegment inPlace) {
    /** A symbol that Open MPI alone has. */
    static final String OPEN_MPI_SYMBOL = "ompi_mpi_comm_world";

    /** A symbol that the common binary interface of MPICH's family asks for. */
    static final String MPICH_SYMBOL = "MPIR_Dup_fn";

    /** The call by which a library says whether it has the standard interface; it may be made before all others. */
    static final String STANDARD_SYMBOL = "MPI_Abi_get_version";

    /** Open MPI: handles are the addresses of global structures. */
    static MpiAbi openMpi(Function<String, MemorySegment> symbols) {
        return new MpiAbi(
                "Open MPI",
                ADDRESS,
                symbols.apply(OPEN_MPI_SYMBOL),
                symbols.apply("ompi_mpi_byte"),
                symbols.apply("ompi_mpi_float"),
                symbols.apply("ompi_mpi_op_sum"),
                symbols.apply("ompi_mpi_errors_return"),
                1,
                MemorySegment.NULL,
                MemorySegment.ofAddress(1));
    }

    /** MPICH and the libraries that share its binary interface, Intel MPI and MVAPICH: handles are 32-bit numbers. */
    static MpiAbi mpich() {
        return new MpiAbi(
                "MPICH",
                JAVA_INT,
                0x44000000,
                0x4c00010d,
                0x4c00040a,
                0x58000003,
                0x54000001,
                1,
                MemorySegment.ofAddress(1),
                MemorySegment.ofAddress(-1));
    }

    /** The binary interface that MPI 5.0 standardises: handles are small numbers in the guise of addresses. */
    static MpiAbi standard() {
        return new MpiAbi(
                "MPI standard ABI",
                ADDRESS,
                MemorySegment.ofAddress(0x101),
                MemorySegment.ofAddress(0x247),
                MemorySegment.ofAddress(0x210),
                MemorySegment.ofAddress(0x21),
                MemorySegment.ofAddress(0x142),
                1024,
                MemorySegment.NULL,
                MemorySegment.ofAddress(1));
    }
}
