package org.equipoise.distributed.mpi;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/**
 * How a family of MPI libraries represents what programs name: handles are numbers with some and addresses with others. The calls are the
 * same.
 */
sealed interface MpiAbi permits MpiAbi.OpenMpi, MpiAbi.Mpich, MpiAbi.Standard {
    /** What is passed to calls by handle. */
    enum Handle {
        /** All ranks. */
        COMM_WORLD,
        /** Bytes. */
        BYTE,
        /** float32. */
        FLOAT,
        /** Addition. */
        SUM,
        /** Errors are returned to the caller. */
        ERRORS_RETURN
    }

    /** {@return the family, for people} */
    String family();

    /** {@return how C passes a handle} */
    MemoryLayout handleLayout();

    /**
     * @param handle which
     * @return its value, of the type that {@link #handleLayout} asks for
     */
    Object value(Handle handle);

    /** {@return the level of thread support where one thread makes all calls} */
    int funnelled();

    /** {@return what is passed for statuses that nobody reads} */
    MemorySegment statusesIgnored();

    /** {@return what is passed for values that are where their result goes} */
    MemorySegment inPlace();

    /**
     * Open MPI: handles are the addresses of global structures.
     *
     * @param symbols finds them
     */
    record OpenMpi(Function<String, MemorySegment> symbols) implements MpiAbi {
        /** A symbol that no other family has. */
        static final String MARK = "ompi_mpi_comm_world";

        @Override
        public String family() {
            return "Open MPI";
        }

        @Override
        public MemoryLayout handleLayout() {
            return ValueLayout.ADDRESS;
        }

        @Override
        public Object value(Handle handle) {
            return symbols.apply(
                    switch (handle) {
                        case COMM_WORLD -> MARK;
                        case BYTE -> "ompi_mpi_byte";
                        case FLOAT -> "ompi_mpi_float";
                        case SUM -> "ompi_mpi_op_sum";
                        case ERRORS_RETURN -> "ompi_mpi_errors_return";
                    });
        }

        @Override
        public int funnelled() {
            return 1;
        }

        @Override
        public MemorySegment statusesIgnored() {
            return MemorySegment.NULL;
        }

        @Override
        public MemorySegment inPlace() {
            return MemorySegment.ofAddress(1);
        }
    }

    /** MPICH and the libraries that share its binary interface, Intel MPI and MVAPICH: handles are 32-bit numbers. */
    record Mpich() implements MpiAbi {
        /** A symbol that the common binary interface of this family asks for. */
        static final String MARK = "MPIR_Dup_fn";

        @Override
        public String family() {
            return "MPICH";
        }

        @Override
        public MemoryLayout handleLayout() {
            return ValueLayout.JAVA_INT;
        }

        @Override
        public Object value(Handle handle) {
            return switch (handle) {
                case COMM_WORLD -> 0x44000000;
                case BYTE -> 0x4c00010d;
                case FLOAT -> 0x4c00040a;
                case SUM -> 0x58000003;
                case ERRORS_RETURN -> 0x54000001;
            };
        }

        @Override
        public int funnelled() {
            return 1;
        }

        @Override
        public MemorySegment statusesIgnored() {
            return MemorySegment.ofAddress(1);
        }

        @Override
        public MemorySegment inPlace() {
            return MemorySegment.ofAddress(-1);
        }
    }

    /** The binary interface that MPI 5.0 standardises: handles are small numbers in the guise of addresses. */
    record Standard() implements MpiAbi {
        /** A call that says whether a library has this interface; it may be made before all others. */
        static final String VERSION = "MPI_Abi_get_version";

        @Override
        public String family() {
            return "MPI standard ABI";
        }

        @Override
        public MemoryLayout handleLayout() {
            return ValueLayout.ADDRESS;
        }

        @Override
        public Object value(Handle handle) {
            return MemorySegment.ofAddress(
                    switch (handle) {
                        case COMM_WORLD -> 0x101;
                        case BYTE -> 0x247;
                        case FLOAT -> 0x210;
                        case SUM -> 0x21;
                        case ERRORS_RETURN -> 0x142;
                    });
        }

        @Override
        public int funnelled() {
            return 1024;
        }

        @Override
        public MemorySegment statusesIgnored() {
            return MemorySegment.NULL;
        }

        @Override
        public MemorySegment inPlace() {
            return MemorySegment.ofAddress(1);
        }
    }
}
