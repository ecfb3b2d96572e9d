package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many images of each class were given each class.
 *
 * @param columns the classes given, in short
 */
public record ConfusionMatrix(String caption, List<String> columns, List<Row> rows) {
    /** A true class. */
    public record Row(String name, List<Cell> cells) {}

    /**
     * A cell.
     *
     * @param shade share of the row, 0 to 1, as the style sheet takes it
     * @param dark whether the shade is so deep that its text has to be light
     */
    public record Cell(int count, String shade, boolean dark, boolean right) {}

    /** Above it, white text stands out more than black. */
    private static final double DARK = 0.88;

    /**
     * @param counts for each true class, how many images were given each class
     * @param names what classes are called; their numbers where they have no names
     */
    static ConfusionMatrix of(List<List<Integer>> counts, List<String> names, String caption) {
        List<Row> rows = new ArrayList<>();
        for (int label = 0; label < counts.size(); label++) {
            List<Integer> row = counts.get(label);
            double sum = row.stream().mapToInt(Integer::intValue).sum();
            List<Cell> cells = new ArrayList<>();
            for (int given = 0; given < row.size(); given++) {
                double share = sum == 0 ? 0 : row.get(given) / sum;
                // The square root lets rare mistakes show.
                double shade = Math.sqrt(share);
                cells.add(new Cell(
                        row.get(given), String.format(Locale.ROOT, "%.2f", shade), shade > DARK, given == label));
            }
            rows.add(new Row(name(label, names), cells));
        }
        List<String> columns = IntStream.range(0, counts.getFirst().size())
                .mapToObj(Integer::toString)
                .toList();
        return new ConfusionMatrix(caption, columns, rows);
    }

    private static String name(int label, List<String> names) {
        String number = Integer.toString(label);
        return label >= names.size() || names.get(label).equals(number) ? number : label + " " + names.get(label);
    }
}
