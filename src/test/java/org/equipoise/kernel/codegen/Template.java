package org.equipoise.kernel.codegen;

import java.util.ArrayList;
import java.util.List;

/**
 * Java source in which lines repeat, so that what a loop over vectors would do is written out: vectors must be local variables, or the
 * compiler keeps them in memory.
 *
 * <p>A line with <code>{r}</code> or <code>{rowNumber}</code> is written once for each row of sums, <code>a</code>, <code>b</code> and so on; one with
 * <code>{v}</code> once for each vector of a row, <code>0</code>, <code>1</code> and so on. Lines between <code>#each</code> and
 * <code>#end</code> are repeated together for each row. Also known are:
 *
 * <pre>
 * {rows} {vectors}    how many there are                  {rowNumber}   0 for row a, 1 for b ...
 * {at}                byte offset of the sums of vector v {rowAt}       byte offset of the float32 of the row's number
 * {+at}               the same as the end of a sum        {+lane}       number of the vector's first lane as the end of a sum
 * {weightAt}          byte offset of the weights of v     {+weightAt}   the same as the end of a sum
 * {sum}               number of the first lane of the row's vector among all sums
 * {size}              bytes of a row's sums               {rowsSize}    bytes of a float32 for each row
 * {weightsSize}       bytes of a row's weights
 * </pre>
 *
 * @param text the source
 */
record Template(String text) {
    /** {@return the source for so many rows of so many vectors} */
    String fill(int rows, int vectors) {
        StringBuilder filled = new StringBuilder();
        List<String> group = new ArrayList<>();
        boolean grouped = false;
        for (String line : text.lines().toList()) {
            if (line.strip().equals("#each")) {
                grouped = true;
            } else {
                grouped &= !line.strip().equals("#end");
                if (!line.strip().equals("#end")) {
                    group.add(line);
                }
                if (!grouped) {
                    repeat(group, rows, vectors, filled);
                    group.clear();
                }
            }
        }
        return filled.toString();
    }

    private static void repeat(List<String> group, int rows, int vectors, StringBuilder to) {
        boolean perRow = group.stream().anyMatch(line -> line.contains("{r}") || line.contains("{rowNumber}"));
        for (int r = 0; r < (perRow ? rows : 1); r++) {
            for (String line : group) {
                for (int v = 0; v < (line.contains("{v}") ? vectors : 1); v++) {
                    to.append(fill(line, rows, vectors, r, v)).append('\n');
                }
            }
        }
    }

    private static String fill(String line, int rows, int vectors, int r, int v) {
        return line.replace("{r}", Character.toString('a' + r))
                .replace("{v}", Integer.toString(v))
                .replace("{rows}", Integer.toString(rows))
                .replace("{vectors}", Integer.toString(vectors))
                .replace("{rowNumber}", Integer.toString(r))
                .replace("{rowAt}", Integer.toString(r * Float.BYTES))
                .replace("{rowsSize}", Integer.toString(rows * Float.BYTES))
                .replace("{at}", times(v, "L", "BYTES"))
                .replace("{+at}", v == 0 ? "" : " + " + times(v, "L", "BYTES"))
                .replace("{weightAt}", times(v, "L", "WEIGHTS"))
                .replace("{+weightAt}", v == 0 ? "" : " + " + times(v, "L", "WEIGHTS"))
                .replace("{weightsSize}", times(vectors, "L", "WEIGHTS"))
                .replace("{+lane}", v == 0 ? "" : " + " + times(v, "", "COUNT"))
                .replace("{sum}", times(r * vectors + v, "", "COUNT"))
                .replace("{size}", times(vectors, "L", "BYTES"));
    }

    private static String times(int factor, String suffix, String constant) {
        return switch (factor) {
            case 0 -> "0";
            case 1 -> constant;
            default -> factor + suffix + " * " + constant;
        };
    }
}
