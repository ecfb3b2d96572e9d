package org.equipoise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.error.WorkFailedException;

/**
 * A library that stays loaded until the process ends. Its symbols become visible to the parts that an MPI library loads later by itself.
 *
 * @param name a file, or a name that the system looks for
 */
record NativeLibrary(String name, SymbolLookup symbols) {
    /** RTLD_NOW and RTLD_GLOBAL. */
    private static final int NOW_AND_GLOBAL = 0x102;

    /** {@return the library of this name, empty where there is none that can be loaded} */
    @SuppressWarnings("restricted")
    static Optional<NativeLibrary> load(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlopen = system("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
            MemorySegment library = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(name), NOW_AND_GLOBAL);
            return library.equals(MemorySegment.NULL)
                    ? Optional.empty()
                    : Optional.of(new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (Throwable e) {
            throw new IllegalStateException("The system's loader cannot be called", e);
        }
    }

    /** Sets a variable of the environment that native code sees; Java's own copy stays as it is. */
    static void setVariable(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle setenv = system("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
            int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (result != 0) {
                throw new IllegalStateException("setenv returned " + result);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("The variable " + name + " cannot be set", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle system(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** {@return whether it has a symbol} */
    boolean has(String symbol) {
        return symbols.find(symbol).isPresent();
    }

    /** {@return the address of a symbol} */
    MemorySegment address(String symbol) {
        return symbols.find(symbol)
                .orElseThrow(() -> new WorkFailedException("The MPI library " + path() + " lacks " + symbol + "."));
    }

    /** {@return a function of C that returns an int} */
    @SuppressWarnings("restricted")
    MethodHandle call(String function, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(address(function), FunctionDescriptor.of(JAVA_INT, arguments));
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
