package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.data.KnownFile;
import org.equipoise.error.WorkFailedException;

/**
 * A package of Debian, got with the machine's own {@code apt-get} and unpacked, not installed, with {@code dpkg-deb}; it needs no
 * privileges.
 *
 * @param folder the folder in it that holds the IDX files under their usual names
 */
public record DebianSource(String name, String folder) implements FetchSource {
    @Override
    public String title() {
        return "Debian package " + name;
    }

    @Override
    public Map<KnownFile, Path> gather(List<KnownFile> wanted, FetchContext context) throws IOException {
        context.progress().step("Fetching the " + title() + " with apt-get");
        ClientRun download = context.clients().run(context.folder(), "apt-get", List.of("-q", "download", name));
        if (!download.succeeded()) {
            downloadWithOwnLists(context);
        }
        Path archive = PackageClients.packageIn(context.folder(), ".deb", "apt-get");
        Path unpacked = context.folder().resolve("unpacked");
        context.progress().step("Unpacking " + archive.getFileName());
        context.clients()
                .run(context.folder(), "dpkg-deb", List.of("-x", archive.toString(), unpacked.toString()))
                .mustSucceed();
        return FetchSource.in(
                unpacked.resolve(folder),
                wanted,
                file -> new WorkFailedException("The " + title() + " has no file " + folder + "/" + file.name()
                        + ", raw or .gz, which was expected."));
    }

    /** The system's package lists may be missing or old, and refreshing them is not ours to do: a copy of our own is. */
    private void downloadWithOwnLists(FetchContext context) throws IOException {
        context.progress().step("Reading Debian's package lists anew with apt-get");
        Path state = context.folder().resolve("apt-state");
        Path cache = context.folder().resolve("apt-cache");
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
        context.clients().run(context.folder(), "apt-get", with(own, "update")).mustSucceed();
        context.clients()
                .run(context.folder(), "apt-get", with(own, "download", name))
                .mustSucceed();
    }

    private static List<String> with(List<String> options, String... command) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(command));
        return all;
    }
}
