package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's loader of libraries. Its symbols become visible to the parts that an MPI library loads later by itself. */
final class NativeLibraries {
    private static final int NOW_AND_GLOBAL = 0x102;

    private NativeLibraries() {}

    /** A library that stays loaded until the process ends. */
    record Loaded(String name, SymbolLookup symbols) {
        Optional<MemorySegment> find(String symbol) {
            return symbols.find(symbol);
        }

        /** {@return the file that the library was loaded from, or its name where the system does not say} */
        String path() {
            String file = Path.of(name).getFileName().toString();
            try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
                return mappings.map(line -> line.substring(Math.max(0, line.indexOf('/'))))
                        .filter(path -> path.startsWith("/")
                                && Path.of(path).getFileName().toString().startsWith(file))
                        .findFirst()
                        .orElse(name);
            } catch (IOException e) {
                return name;
            }
        }
    }

    /**
     * @param name a file, or a name that the system looks for
     * @return the library, empty where there is none that can be loaded
     */
    @SuppressWarnings("restricted")
    static Optional<Loaded> load(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlopen = call("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
            MemorySegment library = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(name), NOW_AND_GLOBAL);
            return library.equals(MemorySegment.NULL)
                    ? Optional.empty()
                    : Optional.of(new Loaded(name, SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (Throwable e) {
            throw new IllegalStateException("The system's loader cannot be called", e);
        }
    }

    /** Sets a variable of the environment that native code sees; Java's own copy stays as it is. */
    static void setVariable(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle setenv = call("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
            int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (result != 0) {
                throw new IllegalStateException("setenv returned " + result);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("The variable " + name + " cannot be set", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
