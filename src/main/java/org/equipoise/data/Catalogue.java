package org.equipoise.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;

/**
 * Finds data sets: the bundled one, those fetched or installed on this machine, and folders of IDX files or of CIFAR's.
 *
 * @param folders where sets are kept
 */
public record Catalogue(DataFolders folders) {
    /** {@return the catalogue of the folders this process's environment names} */
    public static Catalogue fromEnvironment() {
        return new Catalogue(DataFolders.fromEnvironment());
    }

    /**
     * Opens a data set. A known name goes before a folder of the same name, which {@code ./name} reaches.
     *
     * @param nameOrFolder {@code digits}, {@code mnist}, {@code fashion-mnist}, {@code cifar10}, {@code cifar100}, or a folder holding
     *     the four IDX files, or those of the binary version of a CIFAR set, under their usual names
     * @return the set, its files checked against their checksums if it is a known one
     * @throws BadInputException if there is no such set or folder, it has not been fetched, or its files are not as expected
     */
    public Dataset open(String nameOrFolder) {
        Optional<KnownDataset> known = KnownDataset.named(nameOrFolder);
        if (known.isPresent()) {
            return openKnown(known.get());
        }
        Optional<CifarSet> cifar = CifarSet.named(nameOrFolder);
        if (cifar.isPresent()) {
            return openCifar(cifar.get());
        }
        Path folder = path(nameOrFolder);
        if (!nameOrFolder.isBlank() && Files.isDirectory(folder)) {
            return CifarSet.in(folder)
                    .map(set -> set.read(nameOrFolder, folder))
                    .orElseGet(() -> openFolder(nameOrFolder, new IdxFolder(folder)));
        }
        if (Files.isRegularFile(folder)) {
            throw new BadInputException(
                    "'" + nameOrFolder + "' is a file; a folder with the four files of an IDX data set was expected.");
        }
        if (nameOrFolder.contains("/") || nameOrFolder.startsWith(".")) {
            throw new BadInputException("There is no folder '" + nameOrFolder
                    + "'; a folder with the four files of an IDX data set was expected.");
        }
        throw unknownToOpen(nameOrFolder);
    }

    /** {@return a line for each known set; sizes are looked at, checksums are not} */
    public List<CatalogueEntry> list() {
        List<CatalogueEntry> entries = new ArrayList<>();
        for (KnownDataset set : KnownDataset.ALL) {
            IdxPlace place = place(set);
            entries.add(new CatalogueEntry(
                    set.name(),
                    set.title(),
                    state(set, place),
                    place.where(),
                    set.trainImages(),
                    set.testImages(),
                    set.licence(),
                    set.origin()));
        }
        for (CifarSet set : CifarSet.values()) {
            Path folder = place(set);
            entries.add(new CatalogueEntry(
                    set.label(),
                    set.title(),
                    set.state(folder),
                    folder.toString(),
                    CifarSet.TRAIN_IMAGES,
                    CifarSet.TEST_IMAGES,
                    CifarSet.LICENCE,
                    CifarSet.ORIGIN));
        }
        return List.copyOf(entries);
    }

    /**
     * Checks the files of a known set against their checksums.
     *
     * @param name its name
     * @return what was found of each of the four files
     * @throws BadInputException if no set has that name
     */
    public List<FileCheck> verify(String name) {
        KnownDataset set = KnownDataset.named(name).orElseThrow(() -> unknown(name, knownNames(), List.of()));
        IdxPlace place = place(set);
        return set.files().stream().map(file -> FileCheck.of(place, file)).toList();
    }

    /**
     * @param set a known set
     * @return where it is: with Equipoise, else the first of store and system folders that has all its files, else the store
     */
    public IdxPlace place(KnownDataset set) {
        if (set.bundled()) {
            return new BundledIdx(set.name());
        }
        IdxFolder stored = stored(set);
        if (state(set, stored) == DatasetState.PRESENT) {
            return stored;
        }
        return folders.installed().stream()
                .map(folder -> new IdxFolder(folder.resolve(set.name())))
                .filter(folder -> state(set, folder) == DatasetState.PRESENT)
                .findFirst()
                .orElse(stored);
    }

    /**
     * @param set a known set
     * @return the folder fetching puts it in
     */
    public IdxFolder stored(KnownDataset set) {
        return new IdxFolder(folders.store().resolve(set.name()));
    }

    /** The store, or the first of the system's folders that has all files. */
    private Path place(CifarSet set) {
        Path stored = folders.store().resolve(set.label());
        return Stream.concat(Stream.of(stored), folders.installed().stream().map(folder -> folder.resolve(set.label())))
                .filter(folder -> set.state(folder) == DatasetState.PRESENT)
                .findFirst()
                .orElse(stored);
    }

    private Dataset openCifar(CifarSet set) {
        Path folder = place(set);
        if (set.state(folder) != DatasetState.PRESENT) {
            throw new BadInputException(
                    "The data set '" + set.label() + "' is not whole in '" + folder
                            + "'; the files of its binary version were expected there, or --data with the folder that holds them.");
        }
        return set.read(set.label(), folder);
    }

    Dataset openKnown(KnownDataset set) {
        IdxPlace place = place(set);
        switch (state(set, place)) {
            case ABSENT ->
                throw new BadInputException("The data set '" + set.name() + "' has not been fetched; " + remedy(set)
                        + " puts it into '" + place.where() + "'.");
            case INCOMPLETE ->
                throw new BadInputException("The data set '" + set.name() + "' in '" + place.where()
                        + "' lacks files or has some of the wrong size; " + remedy(set) + " completes it.");
            case BUNDLED, PRESENT -> {}
        }
        return dataset(
                set.name(), part -> readChecked(set, place, part), set.classNames(), set.licence(), set.origin());
    }

    private IdxArray readChecked(KnownDataset set, IdxPlace place, IdxPart part) {
        IdxArray content = place.read(part);
        if (!content.fileSha256().equals(set.file(part).sha256())) {
            throw new BadInputException("'" + place.where(part) + "' does not have the SHA-256 of the file of '"
                    + set.name() + "' it should be; " + remedy(set) + " puts a right one into '"
                    + stored(set).where() + "'.");
        }
        return content;
    }

    private static Dataset openFolder(String name, IdxFolder folder) {
        int classes = Math.max(classes(folder.read(IdxPart.TRAIN_LABELS)), classes(folder.read(IdxPart.TEST_LABELS)));
        List<String> classNames =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return dataset(name, folder::read, classNames, "not stated", "IDX files in " + folder.where());
    }

    private static int classes(IdxArray labels) {
        int classes = 0;
        for (byte label : labels.values()) {
            classes = Math.max(classes, Byte.toUnsignedInt(label) + 1);
        }
        return classes;
    }

    private static Dataset dataset(
            String name, Function<IdxPart, IdxArray> files, List<String> classNames, String licence, String origin) {
        ImageSet train = ImageSet.of(
                name + " train",
                files.apply(IdxPart.TRAIN_IMAGES),
                files.apply(IdxPart.TRAIN_LABELS),
                classNames.size());
        ImageSet test = ImageSet.of(
                name + " test", files.apply(IdxPart.TEST_IMAGES), files.apply(IdxPart.TEST_LABELS), classNames.size());
        return new Dataset(name, train, test, classNames, licence, origin);
    }

    private static String remedy(KnownDataset set) {
        return "'./equipoise data fetch " + set.name() + "'";
    }

    private static DatasetState state(KnownDataset set, IdxPlace place) {
        return switch (place) {
            case BundledIdx bundled -> DatasetState.BUNDLED;
            case IdxFolder folder -> state(set, folder);
        };
    }

    private static DatasetState state(KnownDataset set, IdxFolder folder) {
        long found =
                set.files().stream().filter(file -> folder.has(file.part())).count();
        long fitting = set.files().stream().filter(folder::mayBe).count();
        if (found == 0) {
            return DatasetState.ABSENT;
        }
        return fitting == set.files().size() ? DatasetState.PRESENT : DatasetState.INCOMPLETE;
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw unknownToOpen(name);
        }
    }

    private static BadInputException unknownToOpen(String name) {
        List<String> names = new ArrayList<>(knownNames());
        Arrays.stream(CifarSet.values()).map(CifarSet::label).forEach(names::add);
        return unknown(name, names, List.of("a folder of IDX or CIFAR files"));
    }

    private static List<String> knownNames() {
        return KnownDataset.ALL.stream().map(KnownDataset::name).toList();
    }

    private static BadInputException unknown(String name, List<String> names, List<String> alternatives) {
        List<String> expected = new ArrayList<>(names);
        expected.addAll(alternatives);
        String last = expected.removeLast();
        return new BadInputException(
                "No data set is called '" + name + "'" + Suggestion.forWord(name.toLowerCase(Locale.ROOT), names) + "; "
                        + String.join(", ", expected) + " or " + last + " was expected.");
    }
}
