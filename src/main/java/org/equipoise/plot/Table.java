package org.equipoise.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values in rows and columns.
 *
 * @param columns their names
 * @param rows values as many as there are columns: numbers, texts, or null where there is none
 */
public record Table(List<String> columns, List<List<@Nullable Object>> rows) {
    private static final double LARGE = 1000;
    private static final double SMALL = 1e-3;

    /** Copies the lists and refuses rows of another length. */
    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (List<@Nullable Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row.size() + " values stand in a row of " + columns.size());
            }
        }
    }

    /** A number with the digits that a page shows. */
    public record Rounded(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** What stands in a column. */
    @FunctionalInterface
    public interface Cell<T> {
        /** {@return the value in a row, null for none} */
        @Nullable
        Object of(T row);
    }

    /** Makes a table column by column. */
    public static final class Columns<T> {
        private final List<? extends T> rows;
        private final List<String> names = new ArrayList<>();
        private final List<Cell<T>> cells = new ArrayList<>();

        /**
         * @param rows what each row is about
         */
        public Columns(List<? extends T> rows) {
            this.rows = rows;
        }

        /** {@return this, with one more column} */
        public Columns<T> column(String name, Cell<T> cell) {
            names.add(name);
            cells.add(cell);
            return this;
        }

        /** {@return this, with one more column of numbers that pages show in one form, as {@link String#format} takes it} */
        public Columns<T> column(String name, String form, Cell<T> cell) {
            return column(name, row -> new Rounded(format(form, cell.of(row))));
        }

        /** {@return the table} */
        public Table table() {
            List<List<@Nullable Object>> values = new ArrayList<>();
            for (T row : rows) {
                List<@Nullable Object> line = new ArrayList<>();
                cells.forEach(cell -> line.add(cell.of(row)));
                values.add(line);
            }
            return new Table(names, values);
        }
    }

    /** {@return it as comma-separated values, numbers with all their digits} */
    public String csv() {
        StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
        for (List<@Nullable Object> row : rows) {
            text.append(row.stream().map(Table::exact).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    private static String exact(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.matches(".*[,\"\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** {@return it in Markdown, numbers with a few digits} */
    public String markdown() {
        StringBuilder text = new StringBuilder(line(columns));
        List<String> rules = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            rules.add(isNumeric(c) ? "---:" : "---");
        }
        text.append(line(rules).replace(" ", ""));
        for (List<@Nullable Object> row : rows) {
            text.append(line(row.stream().map(Table::rounded).toList()));
        }
        return text.toString();
    }

    private boolean isNumeric(int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .allMatch(value -> value == null || value instanceof Number || value instanceof Rounded);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String rounded(@Nullable Object value) {
        if (value instanceof Double number) {
            double size = Math.abs(number);
            String form = size >= LARGE
                    ? "%,.0f"
                    : size >= 10 ? "%.1f" : size >= 1 || size == 0 ? "%.2f" : size < SMALL ? "%.1e" : "%.3f";
            return format(form, number);
        }
        if (value instanceof Integer || value instanceof Long) {
            return format("%,d", value);
        }
        return value == null ? "–" : value.toString();
    }

    /** {@return each row by column, for JSON} */
    public List<Map<String, @Nullable Object>> maps() {
        List<Map<String, @Nullable Object>> maps = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int c = 0; c < columns.size(); c++) {
                map.put(columns.get(c), row.get(c));
            }
            maps.add(map);
        }
        return maps;
    }

    /** {@return text in the same form on every machine} */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would bring a dependency for this one method
    public static String format(String form, @Nullable Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
