package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.error.WorkFailedException;

/**
 * An installed MPI library: Open MPI, MPICH and its relatives, or one with the binary interface of MPI 5. They are told apart by their
 * symbols, whatever their files are called.
 */
public final class MpiLibrary {
    /** The variable that names the library to use, a file or a name that the system looks for. */
    public static final String VARIABLE = "EQUIPOISE_MPI";

    private static final String OPEN_MPI = "libmpi.so.40";
    private static final List<String> MPICH = List.of("libmpich.so.12", "libmpi.so.12");
    private static final List<String> STANDARD = List.of("libmpi_abi.so.1", "libmpi_abi.so.0");
    private static final int VERSION_ROOM = 8192;

    private final NativeLibrary library;
    private final MpiAbi abi;
    private final String version;

    private MpiLibrary(NativeLibrary library) {
        this.library = library;
        this.abi = abi(library);
        this.version = version(library);
    }

    /**
     * Loads the library that belongs to what has started this process, as far as the environment tells, or else the first one found.
     *
     * @throws WorkFailedException if there is none, in one sentence
     */
    public static MpiLibrary load(Map<String, String> variables) {
        if (!MpiLibrary.class.getModule().isNativeAccessEnabled()) {
            throw new WorkFailedException(
                    "No MPI library can be called because Java was started without --enable-native-access.");
        }
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw new WorkFailedException(
                    "MPI libraries are looked for on Linux alone, and this is " + System.getProperty("os.name") + ".");
        }
        // UCX, below either library, would take the signal by which the JVM notices null pointers and safepoints.
        NativeLibrary.setVariable("UCX_ERROR_SIGNALS", "");
        List<String> names = names(variables);
        for (String name : names) {
            Optional<NativeLibrary> library = NativeLibrary.load(name);
            if (library.isPresent()) {
                return new MpiLibrary(library.get());
            }
        }
        throw new WorkFailedException(
                variables.containsKey(VARIABLE)
                        ? "The MPI library " + names.getFirst() + " that " + VARIABLE + " names cannot be loaded."
                        : "No MPI library was found (" + String.join(", ", names)
                                + "); install Open MPI or MPICH, or name one in " + VARIABLE + ".");
    }

    /** {@return the libraries to try, the likeliest first} */
    static List<String> names(Map<String, String> variables) {
        String chosen = variables.getOrDefault(VARIABLE, "");
        if (!chosen.isEmpty()) {
            return List.of(chosen);
        }
        // Hydra, the launcher of MPICH, and Slurm's PMI set these; Open MPI's own launcher the other.
        boolean hydra = variables.containsKey("PMI_RANK") && !variables.containsKey("OMPI_COMM_WORLD_SIZE");
        List<String> names = new ArrayList<>();
        if (!hydra) {
            names.add(OPEN_MPI);
        }
        names.addAll(MPICH);
        names.addAll(STANDARD);
        if (hydra) {
            names.add(OPEN_MPI);
        }
        return names;
    }

    private static MpiAbi abi(NativeLibrary library) {
        if (library.has(MpiAbi.OPEN_MPI_SYMBOL)) {
            return MpiAbi.openMpi(library::address);
        }
        // The call is part of MPI 5, and libraries with an interface of their own answer it with a version below 1.
        if (library.has(MpiAbi.STANDARD_SYMBOL) && standardVersion(library) >= 1) {
            return MpiAbi.standard();
        }
        if (library.has(MpiAbi.MPICH_SYMBOL)) {
            return MpiAbi.mpich();
        }
        throw new WorkFailedException("The library " + library.path()
                + " is none of Open MPI, MPICH and the standard ABI of MPI 5, by its symbols.");
    }

    private static int standardVersion(NativeLibrary library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            int result =
                    (int) library.call(MpiAbi.STANDARD_SYMBOL, ADDRESS, ADDRESS).invokeExact(major, minor);
            return result == 0 ? major.get(JAVA_INT, 0) : -1;
        } catch (Throwable e) {
            throw new IllegalStateException("The version of the binary interface cannot be asked for", e);
        }
    }

    private static String version(NativeLibrary library) {
        MethodHandle call = library.call("MPI_Get_library_version", ADDRESS, ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(VERSION_ROOM);
            int result = (int) call.invokeExact(text, arena.allocate(JAVA_INT));
            return result == 0 ? shortened(text.getString(0)) : "of unknown version";
        } catch (Throwable e) {
            throw new IllegalStateException("The version of the MPI library cannot be asked for", e);
        }
    }

    /** The libraries tell of every option they were built with; the first words say which they are. */
    private static String shortened(String text) {
        String line = text.strip().lines().findFirst().orElse("").replaceAll("\\s+", " ");
        int comma = line.indexOf(',');
        String words = comma < 0 ? line : line.substring(0, comma);
        return words.replaceFirst("(?i)^(MPICH) Version: ", "$1 ").strip();
    }

    /**
     * @return the call, which returns an error code
     * @throws WorkFailedException if the library lacks it
     */
    MethodHandle call(String name, MemoryLayout... arguments) {
        return library.call(name, arguments);
    }

    /** {@return how it represents handles} */
    MpiAbi abi() {
        return abi;
    }

    /** {@return which family of libraries it belongs to} */
    public String family() {
        return abi.family();
    }

    /** {@return what it says of itself, such as "Open MPI v4.1.4"} */
    public String version() {
        return version;
    }

    /** {@return the file it was loaded from} */
    public String path() {
        return library.path();
    }
}
