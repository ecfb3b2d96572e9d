package org.equipoise.cli;

import java.util.List;
import java.util.Map;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.LocatedDataset;
import picocli.CommandLine.Command;

/** Lists the data sets that have a name. */
@Command(
        name = "list",
        description = "Lists the data sets that are known by name, and where they are.",
        footer = {"", "Example:", "  ./equipoise data list"})
final class DataListCommand extends ResultCommand {
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
