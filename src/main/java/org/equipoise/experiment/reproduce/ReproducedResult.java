package org.equipoise.experiment.reproduce;

import org.equipoise.plot.Figure;
import org.equipoise.plot.Table;
import org.jspecify.annotations.Nullable;

/**
 * A table or figure that has been made again.
 *
 * @param name its name, and that of its files without their endings
 * @param training how far the networks were trained and on what, in sentences
 * @param text what the page says beside, in Markdown
 * @param values all values, for the CSV file
 * @param figure the figure, null where nothing could be drawn
 * @param complete whether all that was asked for was done
 * @param failure what of it failed, a sentence; null if nothing did
 */
public record ReproducedResult(
        String name,
        String title,
        String training,
        String text,
        Table summary,
        Table values,
        @Nullable Figure figure,
        boolean complete,
        @Nullable String failure) {
    ReproducedResult(
            String name, String title, String training, String text, Table summary, Table values, Figure figure) {
        this(name, title, training, text, summary, values, figure, true, null);
    }

    /** {@return its page} */
    public String page(String command) {
        return "# " + title + "\n\nRemade by `" + command + "`.\n\n" + training + "\n\n" + summary.markdown() + "\n"
                + text + (figure == null ? "" : "\n![" + title + "](" + name + ".png)\n");
    }
}
