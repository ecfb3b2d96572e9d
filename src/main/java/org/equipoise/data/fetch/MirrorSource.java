package org.equipoise.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.data.KnownFile;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;

/**
 * A web folder the user names that holds the IDX files under their usual names, gzipped or raw.
 *
 * @param base its http or https address, without user, query or fragment
 */
public record MirrorSource(URI base) implements FetchSource {
    /** Bytes by which the gzip of data that cannot be compressed may exceed it, besides a thousandth. */
    private static final int GZIP_EXTRA = 1024;

    /** Refuses other addresses. */
    public MirrorSource {
        boolean web = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        boolean plain = base.getRawUserInfo() == null && base.getRawQuery() == null && base.getRawFragment() == null;
        if (!web || base.getHost() == null || !plain) {
            throw notAMirror(base.toString());
        }
        if (!base.getRawPath().endsWith("/")) {
            base = URI.create(base + "/");
        }
    }

    /**
     * @return the mirror at an address that the user wrote
     * @throws BadInputException if it is no http or https address of a folder
     */
    public static MirrorSource at(String address) {
        try {
            return new MirrorSource(URI.create(address));
        } catch (IllegalArgumentException e) {
            throw notAMirror(address);
        }
    }

    @Override
    public String title() {
        return "mirror " + base;
    }

    @Override
    public Map<KnownFile, Path> gather(List<KnownFile> wanted, FetchContext context) throws IOException {
        Map<KnownFile, Path> files = new LinkedHashMap<>();
        try (Downloads downloads = new Downloads(context.retries(), context.progress())) {
            for (KnownFile file : wanted) {
                files.put(file, download(file, downloads, context.folder()));
            }
        }
        return files;
    }

    private Path download(KnownFile file, Downloads downloads, Path folder) throws IOException {
        String raw = file.name();
        for (String name : List.of(raw + ".gz", raw)) {
            Path target = folder.resolve(name);
            if (downloads.get(base.resolve(name), target, file.bytes() + file.bytes() / 1000 + GZIP_EXTRA)) {
                return target;
            }
        }
        throw new WorkFailedException("The " + title() + " has neither " + raw + ".gz nor " + raw + ".");
    }

    private static BadInputException notAMirror(String address) {
        return new BadInputException(
                "'" + address
                        + "' is no mirror; an http or https address of a folder, without user, query or fragment, was expected.");
    }
}
