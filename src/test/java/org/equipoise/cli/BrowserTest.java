package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a report in a browser without a window, where there is one. */
@Tag("browser")
class BrowserTest {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    /**
     * Opens every table and writes down how far the page reaches beyond its window, what is shown, and the least contrast between words
     * and what is behind them, in hundredths, by the formula of the Web Content Accessibility Guidelines.
     */
    private static final String PROBE = """
            <script>
            document.querySelectorAll('details').forEach(details => { details.open = true; });
            const root = document.documentElement;
            const broken = [...document.images].filter(image => image.naturalWidth === 0).length;
            const rgb = colour => colour.match(/[\\d.]+/g).map(Number).map(c => colour.startsWith('color(') ? 255 * c : c);
            const light = colour => rgb(colour).slice(0, 3)
                .map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = element => {
                for (let at = element; at; at = at.parentElement) {
                    const colour = rgb(getComputedStyle(at).backgroundColor);
                    if (colour.length === 3 || colour[3] >= 1) return getComputedStyle(at).backgroundColor;
                }
                return 'rgb(255, 255, 255)';
            };
            let least = 21;
            document.querySelectorAll('body *').forEach(element => {
                const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
                if (!words || ['SCRIPT', 'STYLE'].includes(element.tagName) || !element.getClientRects().length) return;
                const style = getComputedStyle(element);
                const front = light(element instanceof SVGElement ? style.fill : style.color);
                const back = light(behind(element));
                least = Math.min(least, (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05));
            });
            root.dataset.probe = [innerWidth, root.scrollWidth - root.clientWidth, broken,
                document.querySelectorAll('svg path.curve').length, Math.round(100 * least),
                Math.round(100 * light(behind(document.body)))].join(' ');
            </script>
            """;

    /** 4.5, what the guidelines ask of text of usual size. */
    private static final int MIN_CONTRAST = 450;

    @TempDir
    static Path folder;

    private static String browser = "";
    private static String page = "";

    @BeforeAll
    static void find() {
        Optional<String> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(place -> BROWSERS.stream().map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        assumeTrue(found.isPresent(), "no Chromium in the PATH, so nothing looks at the page");
        browser = found.get();
        page = page(CommandHarness.in(folder));
    }

    private static String page(CommandHarness bench) {
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
        return read(bench.path("page.html"));
    }

    @ParameterizedTest
    @CsvSource({"390, false", "390, true", "1280, false", "1280, true"})
    void thePageFitsItsWindowAndCanBeRead(int width, boolean dark) throws Exception {
        CommandHarness bench = new CommandHarness(Files.createDirectories(folder.resolve("w" + width + dark)));
        String html = page.replace("</body>", PROBE + "</body>");
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
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
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
        Matcher probe = Pattern.compile("<body [^>]*data-probe=\"(\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)\"")
                .matcher(read(dom));
        assertTrue(probe.find(), read(dom).substring(0, Math.min(500, read(dom).length())));
        assertEquals(width, Integer.parseInt(probe.group(1)), "the page's window");
        assertEquals(0, Integer.parseInt(probe.group(2)), "how far the page reaches beyond its window");
        assertEquals(0, Integer.parseInt(probe.group(3)), "pictures that cannot be shown");
        assertTrue(Integer.parseInt(probe.group(4)) > 20, "curves");
        int contrast = Integer.parseInt(probe.group(5));
        assertTrue(contrast >= MIN_CONTRAST, "contrast of " + contrast / 100.0);
        assertEquals(dark, Integer.parseInt(probe.group(6)) < 50, "whether the page is dark");
        assertEquals(
                List.of(),
                read(log).lines().filter(line -> line.contains("CONSOLE")).toList());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
