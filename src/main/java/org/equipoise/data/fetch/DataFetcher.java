package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.data.Catalogue;
import org.equipoise.data.CifarSet;
import org.equipoise.data.FileCheck;
import org.equipoise.data.IdxPlace;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.KnownFile;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/**
 * Fetches known data sets into the store of a catalogue.
 *
 * <p>Files come into a scratch folder beside their target, are decompressed and checked there, and move into place only when all
 * are right; whatever goes wrong before leaves the store as it was.
 *
 * @param catalogue whose store is filled
 * @param clients the package clients of this machine
 * @param retries how patient downloads are
 */
public record DataFetcher(Catalogue catalogue, Clients clients, RetryPolicy retries) {
    /** {@return a fetcher for the store, clients and habits this process's environment gives} */
    public static DataFetcher fromEnvironment() {
        return new DataFetcher(Catalogue.fromEnvironment(), Clients.fromEnvironment(), RetryPolicy.DEFAULT);
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
                KnownDataset.named(name).filter(known -> !known.bundled()).orElseThrow(() -> notFetched(name));
        return fetch(set, source, progress);
    }

    FetchReport fetch(KnownDataset set, FetchSource source, FetchProgress progress) {
        progress.step("Looking for " + set.name() + " on this machine");
        IdxPlace place = catalogue.place(set);
        if (wrong(set, place).isEmpty()) {
            return new FetchReport(set.name(), place.where(), "", List.of(), 0);
        }
        Path store = catalogue.stored(set).folder();
        List<KnownFile> wanted = wrong(set, catalogue.stored(set));
        boolean created = Files.notExists(store);
        try {
            Files.createDirectories(store);
            try (ScratchFolder scratch = ScratchFolder.in(store)) {
                bring(wanted, source, scratch.path(), store, progress);
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
                wanted.stream().map(file -> file.part().fileName()).toList(),
                wanted.stream().mapToLong(KnownFile::bytes).sum());
    }

    private void bring(List<KnownFile> wanted, FetchSource source, Path scratch, Path store, FetchProgress progress)
            throws IOException {
        Path sourceFolder = Files.createDirectory(scratch.resolve("source"));
        Staging staging = Staging.in(Files.createDirectory(scratch.resolve("checked")));
        for (Gathered file : source.gather(wanted, new FetchContext(sourceFolder, clients, retries, progress))) {
            progress.step("Checking " + file.known().part().fileName());
            staging.take(file, source);
        }
        staging.release(store);
    }

    private static void removeIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // it holds files that are right, or never came to be
        }
    }

    private static List<KnownFile> wrong(KnownDataset set, IdxPlace place) {
        return set.files().stream()
                .filter(file -> !FileCheck.of(place, file).sha256Ok())
                .toList();
    }

    private static BadInputException notFetched(String name) {
        String names = KnownDataset.ALL.stream()
                .filter(set -> !set.bundled())
                .map(KnownDataset::name)
                .collect(Collectors.joining(" or "));
        String why = "No data set called '" + name + "' can be fetched";
        if (KnownDataset.named(name).isPresent()) {
            why = "The data set '" + name + "' comes with Equipoise and is not fetched";
        } else if (CifarSet.named(name).isPresent()) {
            why = "The data set '" + name + "' is not fetched but read from a folder, --data DIR";
        }
        return new BadInputException(why + "; " + names + " was expected.");
    }
}
