package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a report in a browser without a window, where there is one. */
@Tag("browser")
class BrowserTest {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    /** Opens every table and writes down how far the page reaches beyond its window. */
    private static final String PROBE = """
            <script>
            document.querySelectorAll('details').forEach(details => { details.open = true; });
            const root = document.documentElement;
            const broken = [...document.images].filter(image => image.naturalWidth === 0).length;
            root.dataset.probe = [innerWidth, root.scrollWidth - root.clientWidth, broken, document.querySelectorAll('svg path.curve').length].join(' ');
            </script>
            """;

    @TempDir
    static Path folder;

    private static String browser = "";

    @BeforeAll
    static void find() {
        Optional<String> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(place -> BROWSERS.stream().map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        assumeTrue(found.isPresent(), "no Chromium in the PATH, so nothing looks at the page");
        browser = found.get();
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void thePageFitsItsWindowAndTheBrowserHasNothingToComplainOf(int width) throws Exception {
        Workbench bench = Workbench.in(Files.createDirectories(folder.resolve("w" + width)));
        bench.train("--out", bench.path("run"), "--quiet");
        bench.train(
                "--out", bench.path("a-run-with-a-name-that-is-longer-than-a-phone-is-wide-in-characters"), "--quiet");
        assertEquals(
                0,
                bench.run(
                                "report",
                                bench.path("run"),
                                bench.path("a-run-with-a-name-that-is-longer-than-a-phone-is-wide-in-characters"),
                                "--out",
                                bench.path("page.html"))
                        .exitCode());
        String html = Files.readString(bench.path("page.html")).replace("</body>", PROBE + "</body>");
        // A window is at least 500 pixels wide, a frame is not.
        Path frame = bench.write(
                "frame.html",
                "<body style='margin:0'><iframe id='page' width='" + width + "' height='800' style='border:0' srcdoc='"
                        + html.replace("&", "&amp;").replace("'", "&#39;")
                        + "' onload='document.body.dataset.probe = this.contentDocument.documentElement.dataset.probe'>"
                        + "</iframe></body>");
        Path dom = bench.path("dom.html");
        Path log = bench.path("log.txt");
        Process process = new ProcessBuilder(
                        browser,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--user-data-dir=" + bench.path("profile"),
                        "--window-size=1400,900",
                        "--virtual-time-budget=5000",
                        "--enable-logging=stderr",
                        "--dump-dom",
                        frame.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the browser did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), read(log));
        Matcher probe = Pattern.compile("<body [^>]*data-probe=\"(\\d+) (\\d+) (\\d+) (\\d+)\"")
                .matcher(read(dom));
        assertTrue(probe.find(), read(dom).substring(0, Math.min(500, read(dom).length())));
        assertEquals(width, Integer.parseInt(probe.group(1)), "the page's window");
        assertEquals(0, Integer.parseInt(probe.group(2)), "how far the page reaches beyond its window");
        assertEquals(0, Integer.parseInt(probe.group(3)), "pictures that cannot be shown");
        assertTrue(Integer.parseInt(probe.group(4)) > 20, "curves");
        assertEquals(
                List.of(),
                read(log).lines().filter(line -> line.contains("CONSOLE")).toList());
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
