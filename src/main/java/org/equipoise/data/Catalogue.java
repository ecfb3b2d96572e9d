package org.equipoise.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;

/**
 * Finds data sets: the bundled one, those fetched or installed on this machine, and folders of files. Each known set is in a folder of
 * its own name.
 *
 * @param store the folder that fetching writes to
 * @param installed folders of the system that may hold a set already, never written
 */
public record Catalogue(Path store, List<Path> installed) {
    /** Where Debian's data packages put their files. */
    private static final Path DEBIAN = Path.of("/usr/share/datasets");

    /** Keeps its own list. */
    public Catalogue {
        installed = List.copyOf(installed);
    }

    /** {@return the catalogue of the folders this process's environment names} */
    public static Catalogue fromEnvironment() {
        return from(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * @param environment variables by name; empty ones count as unset
     * @return the store at {@code $EQUIPOISE_DATA}, else {@code $XDG_DATA_HOME/equipoise} if that is absolute, else
     *     {@code ~/.local/share/equipoise}, or the temporary folder where the user has no home; and the system's folder of data packages
     */
    public static Catalogue from(Map<String, String> environment, Path home) {
        return new Catalogue(store(environment, home), List.of(DEBIAN));
    }

    private static Path store(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("EQUIPOISE_DATA", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        if (Path.of(shared).isAbsolute()) {
            return Path.of(shared).resolve("equipoise");
        }
        // Java calls the home of a user without one "?".
        return home.isAbsolute()
                ? home.resolve(".local").resolve("share").resolve("equipoise")
                : Path.of(System.getProperty("java.io.tmpdir", "/tmp")).resolve("equipoise-data");
    }

    /**
     * Opens a data set. A known name goes before a folder of the same name, which {@code ./name} reaches.
     *
     * @param nameOrFolder a name of {@link KnownDataset#ALL}, or a folder holding the four files of an IDX data set, or those of a set that
     *     is known by the names of its files, as CIFAR is
     * @return the set, its files checked against their checksums where these are known
     * @throws BadInputException if there is no such set or folder, it has not been fetched, or its files are not as expected
     */
    public Dataset open(String nameOrFolder) {
        return KnownDataset.named(nameOrFolder)
                .map(set -> locate(set).open())
                .orElseGet(() -> openFolder(nameOrFolder));
    }

    private static Dataset openFolder(String name) {
        Path path = path(name);
        if (!name.isBlank() && Files.isDirectory(path)) {
            DataPlace.Folder folder = new DataPlace.Folder(path);
            CifarFormat.refusePythonVersion(path);
            return KnownDataset.ALL.stream()
                    .filter(set -> set.format() != IdxFormat.IDX)
                    .filter(set -> folder.has(set.train().getFirst()))
                    .findFirst()
                    .map(set -> new LocatedDataset(set, folder, folder))
                    .orElseGet(() -> IdxFormat.inFolder(name, folder))
                    .read(name);
        }
        if (Files.isRegularFile(path)) {
            throw new BadInputException(
                    "'" + name + "' is a file; a folder with the four files of an IDX data set was expected.");
        }
        if (name.contains("/") || name.startsWith(".")) {
            throw new BadInputException(
                    "There is no folder '" + name + "'; a folder with the four files of an IDX data set was expected.");
        }
        throw unknown(name, List.of("a folder of IDX or CIFAR files"));
    }

    /** {@return each known set and where it is} */
    public List<LocatedDataset> list() {
        return KnownDataset.ALL.stream().map(this::locate).toList();
    }

    /**
     * @return where the known set of a name is
     * @throws BadInputException if no set has that name
     */
    public LocatedDataset find(String name) {
        return locate(KnownDataset.named(name).orElseThrow(() -> unknown(name, List.of())));
    }

    /**
     * @return a set where it is: with Equipoise, else the first of store and system folders that has all its files, else the store
     */
    public LocatedDataset locate(KnownDataset set) {
        LocatedDataset stored = in(store, set);
        if (set.bundled()) {
            return new LocatedDataset(set, new DataPlace.Bundled(set.name()), stored.store());
        }
        return Stream.concat(Stream.of(stored), installed.stream().map(folder -> in(folder, set)))
                .filter(located -> located.state() == LocatedDataset.State.PRESENT)
                .findFirst()
                .orElse(stored);
    }

    private LocatedDataset in(Path folder, KnownDataset set) {
        return new LocatedDataset(
                set, new DataPlace.Folder(folder.resolve(set.name())), new DataPlace.Folder(store.resolve(set.name())));
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw unknown(name, List.of("a folder of IDX or CIFAR files"));
        }
    }

    private static BadInputException unknown(String name, List<String> alternatives) {
        List<String> names = KnownDataset.ALL.stream().map(KnownDataset::name).toList();
        List<String> expected = new ArrayList<>(names);
        expected.addAll(alternatives);
        String last = expected.removeLast();
        return new BadInputException(
                "No data set is called '" + name + "'" + Suggestion.forWord(name.toLowerCase(Locale.ROOT), names) + "; "
                        + String.join(", ", expected) + " or " + last + " was expected.");
    }
}
