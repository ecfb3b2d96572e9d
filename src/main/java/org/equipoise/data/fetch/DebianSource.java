package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.data.IdxFolder;
import org.equipoise.data.KnownFile;
import org.equipoise.error.WorkFailedException;

/**
 * A package of Debian, got with the machine's own {@code apt-get} and unpacked, not installed, with {@code dpkg-deb}; it needs no
 * privileges.
 *
 * @param name the package
 * @param folder the folder in it that holds the IDX files under their usual names
 */
public record DebianSource(String name, String folder) implements FetchSource {
    @Override
    public String title() {
        return "Debian package " + name;
    }

    @Override
    public List<Gathered> gather(List<KnownFile> wanted, FetchContext bench) throws IOException {
        bench.progress().step("Fetching the " + title() + " with apt-get");
        ClientRun download = bench.clients().run(bench.folder(), "apt-get", List.of("-q", "download", name));
        if (!download.succeeded()) {
            downloadWithOwnLists(bench);
        }
        Path archive = PackageFile.in(bench.folder(), ".deb", "apt-get");
        Path unpacked = bench.folder().resolve("unpacked");
        bench.progress().step("Unpacking " + archive.getFileName());
        bench.clients()
                .run(bench.folder(), "dpkg-deb", List.of("-x", archive.toString(), unpacked.toString()))
                .mustSucceed();
        List<Gathered> files = new ArrayList<>();
        for (KnownFile file : wanted) {
            Path path = new IdxFolder(unpacked.resolve(folder))
                    .find(file.part())
                    .orElseThrow(() -> new WorkFailedException("The " + title() + " has no file " + folder + "/"
                            + file.part().fileName() + ", raw or .gz, which was expected."));
            files.add(new Gathered(file, path));
        }
        return files;
    }

    /** The system's package lists may be missing or old, and refreshing them is not ours to do: a copy of our own is. */
    private void downloadWithOwnLists(FetchContext bench) throws IOException {
        bench.progress().step("Reading Debian's package lists anew with apt-get");
        Path state = bench.folder().resolve("apt-state");
        Path cache = bench.folder().resolve("apt-cache");
        Files.createDirectories(state.resolve("lists").resolve("partial"));
        Files.createDirectories(cache.resolve("archives").resolve("partial"));
        List<String> own = List.of(
                "-q",
                "-o",
                "Dir::State=" + state,
                "-o",
                "Dir::State::status=/var/lib/dpkg/status",
                "-o",
                "Dir::Cache=" + cache);
        bench.clients().run(bench.folder(), "apt-get", with(own, "update")).mustSucceed();
        bench.clients()
                .run(bench.folder(), "apt-get", with(own, "download", name))
                .mustSucceed();
    }

    private static List<String> with(List<String> options, String... command) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(command));
        return all;
    }
}
