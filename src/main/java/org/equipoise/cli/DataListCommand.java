package org.equipoise.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.LocatedDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the data sets that have a name. */
@Command(
        name = "list",
        description = "Lists the data sets that are known by name, and where they are.",
        footer = {"", "Example:", "  ./equipoise data list"})
final class DataListCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    final JsonOption output = new JsonOption();

    DataListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Row> rows = session.catalogue().list().stream().map(Row::of).toList();
        if (output.json) {
            session.printJson(Map.of("dataSets", rows));
            return ExitCode.DONE;
        }
        for (Row row : rows) {
            session.print(Wording.format(
                    "%-14s %-10s %,d training and %,d test images: %s, %s",
                    row.name(),
                    Wording.word(row.state()),
                    row.trainImages(),
                    row.testImages(),
                    row.title(),
                    row.where()));
        }
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
    }
}
