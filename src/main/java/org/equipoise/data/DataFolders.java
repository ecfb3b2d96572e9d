package org.equipoise.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where fetched data sets are kept and where else they are looked for; each set is in a folder of its own name.
 *
 * @param store the folder fetching writes to
 * @param installed folders of the system that may hold a set already, never written
 */
public record DataFolders(Path store, List<Path> installed) {
    /** Where Debian's data packages put their files. */
    private static final Path DEBIAN = Path.of("/usr/share/datasets");

    /** Keeps its own list. */
    public DataFolders {
        installed = List.copyOf(installed);
    }

    /** {@return the folders this process's environment names} */
    public static DataFolders fromEnvironment() {
        return from(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * @param environment variables by name; empty ones count as unset
     * @param home the user's home folder
     * @return the store at {@code $EQUIPOISE_DATA}, else {@code $XDG_DATA_HOME/equipoise} if that is absolute, else
     *     {@code ~/.local/share/equipoise}; and the system's folder of data packages
     */
    public static DataFolders from(Map<String, String> environment, Path home) {
        return new DataFolders(store(environment, home), List.of(DEBIAN));
    }

    private static Path store(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("EQUIPOISE_DATA", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = Path.of(shared).isAbsolute()
                ? Path.of(shared)
                : home.resolve(".local").resolve("share");
        return base.resolve("equipoise");
    }
}
