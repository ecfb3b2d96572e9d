package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.distributed.mpi.NativeLibraries.Loaded;
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

    private final Loaded loaded;
    private final MpiAbi abi;
    private final String version;

    private MpiLibrary(Loaded loaded, MpiAbi abi, String version) {
        this.loaded = loaded;
        this.abi = abi;
        this.version = version;
    }

    /**
     * Loads the library that belongs to what has started this process, as far as the environment tells, or else the first one found.
     *
     * @param variables the environment
     * @return the library
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
        NativeLibraries.setVariable("UCX_ERROR_SIGNALS", "");
        List<String> names = names(variables);
        for (String name : names) {
            Optional<Loaded> loaded = NativeLibraries.load(name);
            if (loaded.isPresent()) {
                return of(loaded.get());
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

    private static MpiLibrary of(Loaded loaded) {
        MpiAbi abi = abi(loaded)
                .orElseThrow(() -> new WorkFailedException("The library " + loaded.path()
                        + " is none of Open MPI, MPICH and the standard ABI of MPI 5, by its symbols."));
        return new MpiLibrary(loaded, abi, version(loaded));
    }

    private static Optional<MpiAbi> abi(Loaded loaded) {
        if (loaded.find(MpiAbi.OpenMpi.MARK).isPresent()) {
            return Optional.of(new MpiAbi.OpenMpi(name -> loaded.find(name).orElseThrow(() -> lacking(loaded, name))));
        }
        // The call is part of MPI 5, and libraries with an interface of their own answer it with a version below 1.
        if (loaded.find(MpiAbi.Standard.VERSION).isPresent() && standardVersion(loaded) >= 1) {
            return Optional.of(new MpiAbi.Standard());
        }
        return loaded.find(MpiAbi.Mpich.MARK).isPresent() ? Optional.of(new MpiAbi.Mpich()) : Optional.empty();
    }

    private static WorkFailedException lacking(Loaded loaded, String symbol) {
        return new WorkFailedException("The MPI library " + loaded.path() + " lacks " + symbol + ".");
    }

    private static int standardVersion(Loaded loaded) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            MethodHandle call =
                    downcall(loaded, MpiAbi.Standard.VERSION, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
            int result = (int) call.invokeExact(major, minor);
            return result == 0 ? major.get(JAVA_INT, 0) : -1;
        } catch (Throwable e) {
            throw new IllegalStateException("The version of the binary interface cannot be asked for", e);
        }
    }

    private static String version(Loaded loaded) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(VERSION_ROOM);
            MemorySegment length = arena.allocate(JAVA_INT);
            MethodHandle call =
                    downcall(loaded, "MPI_Get_library_version", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
            int result = (int) call.invokeExact(text, length);
            return result == 0 ? shortened(text.getString(0)) : "of unknown version";
        } catch (WorkFailedException e) {
            throw e;
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
     * @param name of a call
     * @param descriptor its types
     * @return the call
     * @throws WorkFailedException if the library lacks it
     */
    MethodHandle downcall(String name, FunctionDescriptor descriptor) {
        return downcall(loaded, name, descriptor);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle downcall(Loaded loaded, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(loaded.find(name).orElseThrow(() -> lacking(loaded, name)), descriptor);
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
        return loaded.path();
    }
}
