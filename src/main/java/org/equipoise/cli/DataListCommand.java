package org.equipoise.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.data.CatalogueEntry;
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
        List<CatalogueEntry> entries = session.catalogue().list();
        if (output.json) {
            session.printJson(Map.of("dataSets", entries));
            return ExitCode.DONE;
        }
        for (CatalogueEntry entry : entries) {
            session.print(Wording.format(
                    "%-14s %-10s %,d training and %,d test images: %s, %s",
                    entry.name(),
                    Wording.word(entry.state()),
                    entry.trainImages(),
                    entry.testImages(),
                    entry.title(),
                    entry.where()));
        }
        return ExitCode.DONE;
    }
}
