package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportCommandTest {
    private static final List<String> SECTIONS = List.of(
            "learning", "activity", "confusion", "worst", "filters", "settling", "nudges", "memory", "provenance");

    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void train() {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run"), "--quiet").exitCode());
        bench.write(
                "rate.yaml",
                CommandHarness.NETWORK.replace("sigma-delta, epsilon: 0.2, lambda: 0.6", "rate, epsilon: 0.2"));
        assertEquals(
                0,
                bench.run(
                                "train",
                                "--config",
                                bench.path("rate.yaml"),
                                "--data",
                                bench.path("data"),
                                "--out",
                                bench.path("a <b> & \"c\""),
                                "--quiet")
                        .exitCode());
    }

    private static String page(Object... args) throws IOException {
        Object[] command = new Object[args.length + 3];
        command[0] = "report";
        System.arraycopy(args, 0, command, 1, args.length);
        command[args.length + 1] = "--out";
        command[args.length + 2] = bench.path("page.html");
        Outcome outcome = bench.run(command);
        assertEquals(0, outcome.exitCode(), outcome.err());
        return Files.readString(bench.path("page.html"));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static String section(String html, String id) {
        int start = html.indexOf("<section id=\"" + id + "\">");
        assertTrue(start >= 0, id);
        return html.substring(start, html.indexOf("</section>", start));
    }

    @Test
    void aPageHasAllThereIsToSayOfARun() throws IOException {
        String html = page(bench.path("run"));
        for (String id : SECTIONS) {
            assertFalse(section(html, id).contains("remark"), id);
            assertTrue(html.contains("href=\"#" + id + "\""), id);
        }
        assertEquals(
                6, found("<svg viewBox=\"0 0 360", section(html, "learning")).size());
        assertEquals(
                3, found("<svg viewBox=\"0 0 360", section(html, "activity")).size());
        assertEquals(
                4, found("<svg viewBox=\"0 0 360", section(html, "settling")).size());
        assertEquals(
                9,
                found("<td class=\"(right|wrong)", section(html, "confusion")).size());
        assertEquals(16, found("<img ", section(html, "worst")).size());
        String memory = section(html, "memory");
        assertTrue(memory.contains("states") && memory.contains("spikes") && memory.contains("together"), memory);
        String provenance = section(html, "provenance");
        String hash = JsonMapper.shared()
                .readTree(Files.readString(bench.path("run/provenance.json")))
                .get("testSha256")
                .asString();
        assertTrue(provenance.contains(hash) && provenance.contains("seed: 3"), provenance);
    }

    @Test
    void theConfusionMatrixIsThatOfTheTest() throws IOException {
        String confusion = section(page(bench.path("run")), "confusion");
        int images = 0;
        int right = 0;
        for (String cell : found("<td class=\"(right|wrong)[^>]*>\\d+", confusion)) {
            int count = Integer.parseInt(cell.substring(cell.indexOf('>') + 1));
            images += count;
            right += cell.contains("right") ? count : 0;
        }
        assertEquals(CommandHarness.TEST_IMAGES, images);
        List<String> lines = Files.readAllLines(bench.path("run/metrics.jsonl"));
        JsonNode last = JsonMapper.shared().readTree(lines.getLast());
        assertEquals(last.get("testErrorPercent").asDouble(), 100.0 * (images - right) / images, 1e-9);
    }

    @Test
    void nothingIsFetchedAndNothingRuns() throws IOException {
        String html = page(bench.path("run"), bench.path("a <b> & \"c\""));
        assertFalse(html.contains("<script"), "no script");
        assertEquals(List.of(), found("(?i)(src|href)=\"(?!data:|#)[^\"]*\"", html));
        assertEquals(List.of(), found("(?i)url\\((?!data:)|@import", html));
    }

    @Test
    void thePageIsWellFormedAndAccessible() throws IOException {
        String html = page(bench.path("run"), bench.path("a <b> & \"c\""));
        List<String> ids = found("(?<= id=\")[^\"]+", html);
        assertEquals(ids.size(), new HashSet<>(ids).size(), ids::toString);
        for (String labels : found("(?<=aria-labelledby=\")[^\"]+", html)) {
            assertTrue(ids.containsAll(List.of(labels.split(" "))), labels);
        }
        for (String image : found("<img [^>]*>", html)) {
            assertTrue(image.matches("(?s).* alt=\"[^\"]+\".*"), image);
        }
        assertEquals(1, found("<h1", html).size());
        assertTrue(html.contains("<html lang=\"en\">"));
        assertEquals(List.of(), unbalanced(html));
    }

    /** Tags that are closed in another order than they were opened. */
    private static List<String> unbalanced(String html) {
        List<String> open = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String tag : found("<[a-z/][^>]*>", html.substring(html.indexOf("<body>")))) {
            String name = tag.replaceAll("[</>]|\\s.*", "");
            if (tag.startsWith("</")) {
                if (open.isEmpty() || !open.removeLast().equals(name)) {
                    wrong.add(tag);
                }
            } else if (!tag.endsWith("/>") && !List.of("img", "input").contains(name)) {
                open.add(name);
            }
        }
        open.remove("html");
        wrong.remove("</html>");
        return wrong;
    }

    @Test
    void runsStandSideBySideUnderTheirEscapedNames() throws IOException {
        String html = page(bench.path("run"), bench.path("a <b> & \"c\""));
        assertTrue(html.contains("2 runs side by side"));
        assertFalse(html.contains("<b>"));
        assertTrue(section(html, "learning").contains("a &lt;b&gt; &amp; \"c\", test"), section(html, "learning"));
        assertEquals(2, found("<table class=\"confusion\"", html).size());
        assertEquals(1, found("class=\"chart raster\"", html).size(), "rate neurons have no spikes");
    }

    @Test
    void withoutTheImagesThePageSaysSoAndShowsTheRest() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("moved"));
        CommandHarness other = CommandHarness.in(elsewhere);
        other.train("--out", other.path("run"), "--quiet", "--epochs", 1);
        for (String file : List.of("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            Files.delete(other.path("data/" + file));
        }
        Outcome outcome = other.run("report", other.path("run"), "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        assertEquals(1, json.get("remarks").size(), outcome.out());
        String html = Files.readString(other.path("run/report.html"));
        assertEquals(
                Files.size(other.path("run/report.html")), json.get("bytes").asLong());
        assertTrue(html.contains("Nothing could be computed from the images of this run: "));
        assertTrue(section(html, "worst").contains("They need the images"));
        assertTrue(section(html, "confusion").contains("<table"), "the test's own count is in the run");
        assertTrue(section(html, "filters").contains("<img "));
        assertEquals(
                0,
                other.run("report", other.path("run"), "--data", bench.path("data"))
                        .exitCode());
        assertFalse(Files.readString(other.path("run/report.html")).contains("Nothing could be computed"));
    }

    @Test
    void otherImagesAreRefusedWhenTheyWereNamed() throws IOException {
        Path changed = Files.createDirectories(bench.path("changed"));
        try (var files = Files.list(bench.path("data"))) {
            for (Path file : files.toList()) {
                Files.copy(file, changed.resolve(file.getFileName()));
            }
        }
        byte[] images = Files.readAllBytes(changed.resolve("t10k-images-idx3-ubyte"));
        images[100] ^= 1;
        Files.write(changed.resolve("t10k-images-idx3-ubyte"), images);
        Outcome outcome = bench.run("report", bench.path("run"), "--data", changed);
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("are not those that the run"), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
    }

    @Test
    void aRunOfAnEarlierVersionHasAPageToo() throws IOException {
        Path earlier = Files.createDirectories(bench.path("earlier"));
        try (var files = Files.list(bench.path("run"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, earlier.resolve(file.getFileName()));
            }
        }
        String line = Files.readAllLines(earlier.resolve("metrics.jsonl")).getFirst();
        Files.writeString(
                earlier.resolve("metrics.jsonl"), line.substring(0, line.indexOf(",\"atLowerBound\"")) + "}\n");
        String html = page(earlier);
        assertTrue(section(html, "memory").contains("The run has not recorded it."));
        assertTrue(section(html, "confusion").contains("The first 30 test images"));
        assertEquals(
                1, found("<svg viewBox=\"0 0 360", section(html, "activity")).size());
    }

    @Test
    void aNetworkMayHaveMoreOutputsThanThereAreClasses() throws IOException {
        bench.write("wide.yaml", CommandHarness.NETWORK.replace("{linear: 3}", "{linear: 5}"));
        Path wide = bench.path("wide");
        Outcome outcome = bench.run(
                "train",
                "--config",
                bench.path("wide.yaml"),
                "--data",
                bench.path("data"),
                "--out",
                wide,
                "--tensorboard");
        assertEquals(0, outcome.exitCode(), outcome.err());
        String confusion = section(page(wide), "confusion");
        assertEquals(15, found("<td class=\"(right|wrong)", confusion).size(), "three classes, five answers");
        assertEquals(5, found("<th scope=\"col\"", confusion).size());
        Outcome eval = bench.run("eval", "--model", wide);
        assertTrue(eval.out().contains("as 4"), eval.out());
    }

    @Test
    void whatIsNoRunIsRefused() {
        Outcome outcome = bench.run("report", bench.path("data"));
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("the folder of an earlier run was expected"), outcome.err());
        assertEquals(2, bench.run("report").exitCode());
        assertEquals(
                3,
                bench.run("report", bench.path("run"), "--max-memory", "10kB").exitCode());
    }
}
