package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.plot.Table.Columns;

/** Values in rows; the first column heads each row. */
public record Table(String caption, List<String> header, List<List<String>> rows) {
    private static final int MAX_ROWS = 60;

    static Table of(String caption, Columns<?> columns) {
        org.equipoise.plot.Table table = columns.table();
        return new Table(
                caption,
                table.columns(),
                table.rows().stream()
                        .map(row -> row.stream().map(String::valueOf).toList())
                        .toList());
    }

    /** {@return this table, or where it is long every so many of its rows and the last, which the caption then says} */
    Table thinned() {
        int every = Math.ceilDiv(rows.size(), MAX_ROWS);
        if (every <= 1) {
            return this;
        }
        List<List<String>> kept = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (row % every == 0 || row == rows.size() - 1) {
                kept.add(rows.get(row));
            }
        }
        return new Table(
                caption + " (every " + every + (every == 2 ? "nd" : every == 3 ? "rd" : "th") + " row)", header, kept);
    }
}
