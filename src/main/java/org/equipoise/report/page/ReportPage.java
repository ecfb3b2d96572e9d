package org.equipoise.report.page;

import gg.jte.generated.precompiled.JtepageGenerated;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.equipoise.interop.AtomicFile;
import org.equipoise.report.analysis.RunAnalysis;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.training.Provenance;

/**
 * A report as one page that needs nothing else.
 *
 * @param made when and by what it was made
 */
public record ReportPage(String title, String made, String style, LearningCharts learning, List<RunView> runs) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /**
     * @param analyses what is known of the runs, at least one
     */
    public static ReportPage of(List<RunAnalysis> analyses, Instant now) {
        List<RunRecord> records = analyses.stream().map(RunAnalysis::run).toList();
        List<String> names = names(records);
        List<RunView> runs = new ArrayList<>();
        for (int r = 0; r < analyses.size(); r++) {
            runs.add(RunView.of(analyses.get(r), names.get(r), r));
        }
        String title = analyses.size() == 1 ? names.getFirst() : analyses.size() + " runs side by side";
        String version = Provenance.build().getProperty("version", "");
        return new ReportPage(
                title,
                "Made by Equipoise " + version + " on " + DAY.format(now) + ".",
                styleSheet(),
                LearningCharts.of(records, analyses.size() == 1 ? List.of("") : names),
                runs);
    }

    /** Folders of one name are told apart by their paths. */
    private static List<String> names(List<RunRecord> runs) {
        Set<String> different = new HashSet<>(runs.stream().map(RunRecord::name).toList());
        return runs.stream()
                .map(run -> different.size() == runs.size()
                        ? run.name()
                        : run.folder().toString())
                .toList();
    }

    private static String styleSheet() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return whether it compares runs} */
    public boolean several() {
        return runs.size() > 1;
    }

    /** {@return the page as HTML} */
    public String html() {
        StringOutput out = new StringOutput();
        JtepageGenerated.render(new OwaspHtmlTemplateOutput(out), null, this);
        return out.toString();
    }

    /**
     * @param file where to; an existing file is replaced whole
     * @throws org.equipoise.error.BadInputException if the file's folder does not exist
     * @throws org.equipoise.error.WorkFailedException if it cannot be written
     */
    public long write(Path file) {
        byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
        return bytes.length;
    }
}
