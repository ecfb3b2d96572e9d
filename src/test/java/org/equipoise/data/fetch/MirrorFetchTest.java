package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.equipoise.data.IdxPart;
import org.equipoise.data.IdxWriter;
import org.equipoise.data.TinySet;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorFetchTest {
    private static final String FIRST = "/data/train-images-idx3-ubyte.gz";

    @TempDir
    Path temporary;

    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final CountDownLatch testEnds = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private MirrorSource source;
    private FetchFixture fixture;

    /** What the server does with a request. */
    private interface Answer {
        void to(HttpExchange exchange, int request) throws IOException;
    }

    @BeforeEach
    void startAServerWithAllFiles() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            int request = requests.merge(path, 1, Integer::sum);
            try (exchange) {
                answers.getOrDefault(path, (e, n) -> e.sendResponseHeaders(404, -1))
                        .to(exchange, request);
            }
        });
        for (IdxPart part : IdxPart.values()) {
            serve("/data/" + part.fileName() + ".gz", IdxWriter.gzip(TinySet.raw(part)));
        }
        server.start();
        source = MirrorSource.at(address("/data"));
        fixture = new FetchFixture(temporary);
    }

    @AfterEach
    void stopTheServer() {
        testEnds.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void storesGzippedFiles() throws IOException {
        FetchReport report = fixture.fetch(source);

        fixture.assertStored(report);
        assertEquals("mirror " + address("/data/"), report.source());
        assertEquals(4, requests.size());
        assertTrue(fixture.steps.contains("Downloading " + address(FIRST)), fixture.steps.toString());
    }

    @Test
    void takesRawFilesWhereThereAreNoGzippedOnes() throws IOException {
        answers.clear();
        for (IdxPart part : IdxPart.values()) {
            serve("/data/" + part.fileName(), TinySet.raw(part));
        }

        fixture.assertStored(fixture.fetch(source));
    }

    @Test
    void tellsHowManyBytesHaveCome() {
        List<String> heard = new ArrayList<>();
        FetchProgress listener = new FetchProgress() {
            @Override
            public void step(String sentence) {}

            @Override
            public void bytes(String file, long done, long total) {
                heard.add(file + " " + done + " of " + total);
            }
        };

        fixture.fetcher.fetch(TinySet.KNOWN, source, listener);

        int size = IdxWriter.gzip(TinySet.raw(IdxPart.TEST_LABELS)).length;
        assertEquals("t10k-labels-idx1-ubyte.gz " + size + " of " + size, heard.getLast());
    }

    @Test
    void followsRedirects() throws IOException {
        serve("/elsewhere", IdxWriter.gzip(TinySet.raw(IdxPart.TRAIN_IMAGES)));
        answers.put(FIRST, (exchange, request) -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });

        fixture.assertStored(fixture.fetch(source));
        assertEquals(1, requests.get("/elsewhere"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429, 408})
    void triesAgainWhenTheServerIsInTrouble(int status) throws IOException {
        Answer whole = answers.get(FIRST);
        answers.put(FIRST, (exchange, request) -> {
            if (request < 3) {
                exchange.sendResponseHeaders(status, -1);
            } else {
                whole.to(exchange, request);
            }
        });

        fixture.assertStored(fixture.fetch(source));
        assertEquals(3, requests.get(FIRST));
    }

    @Test
    void givesUpAfterThreeTries() throws IOException {
        answers.put(FIRST, (exchange, request) -> exchange.sendResponseHeaders(500, -1));

        fixture.assertFails(
                WorkFailedException.class,
                source,
                address(FIRST) + " could not be downloaded in 3 tries: the server answered with status 500.");
        assertEquals(3, requests.get(FIRST));
        assertTrue(
                fixture.steps.contains("Trying " + address(FIRST) + " again: the server answered with status 500"),
                fixture.steps.toString());
    }

    @Test
    void waitsBetweenTries() throws IOException {
        answers.put(FIRST, (exchange, request) -> exchange.sendResponseHeaders(500, -1));
        RetryPolicy retries = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(20));
        Path folder = Files.createDirectory(temporary.resolve("patient"));
        FetchFixture patient = new FetchFixture(folder, Duration.ofMinutes(1), retries);
        long before = System.nanoTime();

        patient.assertFails(WorkFailedException.class, source, "in 3 tries");

        Duration taken = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(taken.compareTo(Duration.ofMillis(300)) >= 0, taken.toString());
    }

    @Test
    void stopsWhenInterrupted() throws Exception {
        CountDownLatch bodyHasBegun = new CountDownLatch(1);
        answers.put(FIRST, (exchange, request) -> {
            exchange.sendResponseHeaders(200, 21);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            bodyHasBegun.countDown();
            untilTheTestEnds();
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().start(() -> {
            failure.set(assertThrows(WorkFailedException.class, () -> fixture.fetch(source)));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        bodyHasBegun.await();

        thread.interrupt();
        thread.join(Duration.ofSeconds(10));

        assertEquals(
                "Fetching was interrupted while a file was downloaded.",
                String.valueOf(failure.get().getMessage()));
        assertTrue(interrupted.get(), "the interruption was swallowed");
        assertEquals(1, requests.get(FIRST));
        assertEquals(List.of(), FetchFixture.filesIn(fixture.store));
    }

    @Test
    void triesAgainWhenTheBodyIsShort() throws IOException {
        Answer whole = answers.get(FIRST);
        answers.put(FIRST, (exchange, request) -> {
            if (request == 1) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().write(new byte[10]);
                exchange.getResponseBody().flush();
            } else {
                whole.to(exchange, request);
            }
        });

        fixture.assertStored(fixture.fetch(source));
        assertEquals(2, requests.get(FIRST));
    }

    @Test
    void refusesABodyThatIsAlwaysShort() throws IOException {
        answers.put(FIRST, (exchange, request) -> {
            exchange.sendResponseHeaders(200, 21);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
        });

        fixture.assertFails(WorkFailedException.class, source, "in 3 tries: it broke off after ");
        assertEquals(3, requests.get(FIRST));
    }

    @Test
    void refusesAnEmptyBody() throws IOException {
        answers.put(FIRST, (exchange, request) -> exchange.sendResponseHeaders(200, -1));

        fixture.assertFails(WorkFailedException.class, source, address(FIRST) + " is empty; an IDX file was expected.");
        assertEquals(1, requests.get(FIRST));
    }

    @Test
    void refusesOtherContentWithoutTryingAgain() throws IOException {
        serve("/data/t10k-labels-idx1-ubyte.gz", IdxWriter.gzip(TinySet.changed(IdxPart.TEST_LABELS)));

        fixture.assertFails(
                WorkFailedException.class,
                source,
                "t10k-labels-idx1-ubyte from the mirror " + address("/data/") + " was expected to have SHA-256 ");
        assertEquals(1, requests.get("/data/t10k-labels-idx1-ubyte.gz"));
    }

    @Test
    void refusesAnEndlessBody() throws IOException {
        answers.put(FIRST, (exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 10];
            while (testEnds.getCount() > 0) {
                exchange.getResponseBody().write(chunk);
            }
        });

        fixture.assertFails(WorkFailedException.class, source, " is larger than the ");
    }

    @Test
    void givesUpOnOtherStatusesAtOnce() throws IOException {
        answers.put(FIRST, (exchange, request) -> exchange.sendResponseHeaders(403, -1));

        fixture.assertFails(WorkFailedException.class, source, "with status 403; status 200 was expected.");
        assertEquals(1, requests.get(FIRST));
    }

    @Test
    void saysWhichFileIsNotThere() throws IOException {
        answers.remove(FIRST);

        fixture.assertFails(
                WorkFailedException.class,
                source,
                "has neither train-images-idx3-ubyte.gz nor train-images-idx3-ubyte.");
    }

    @Test
    void doesNotWaitForeverForAnAnswer() throws IOException {
        answers.put(FIRST, (exchange, request) -> untilTheTestEnds());

        impatient().assertFails(WorkFailedException.class, source, "in 2 tries: the server did not answer in time.");
    }

    @Test
    void doesNotWaitForeverForTheRestOfABody() throws IOException {
        answers.put(FIRST, (exchange, request) -> {
            exchange.sendResponseHeaders(200, 21);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            untilTheTestEnds();
        });

        impatient()
                .assertFails(
                        WorkFailedException.class,
                        source,
                        "in 2 tries: it broke off after 10 of 21 bytes (the server did not answer in time).");
    }

    @Test
    void saysWhenNobodyListens() throws IOException {
        server.stop(0);

        fixture.assertFails(WorkFailedException.class, source, "in 3 tries: no connection could be made.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mirror.example/mnist",
                "/srv/mnist",
                "ftp://mirror.example/mnist",
                "file:///srv/mnist",
                "http:///mnist",
                "http://user:secret@mirror.example/mnist",
                "http://mirror.example/mnist?x=1",
                "http://mirror.example/mnist#part",
                "http://mirror.example/a b"
            })
    void refusesAddressesThatAreNoMirror(String address) {
        BadInputException refusal = assertThrows(BadInputException.class, () -> MirrorSource.at(address));

        assertEquals(
                "'" + address + "' is no mirror; an http or https address of a folder,"
                        + " without user, query or fragment, was expected.",
                refusal.getMessage());
    }

    @Test
    void readsAnAddressAsThatOfAFolder() {
        assertEquals(
                "mirror https://mirror.example/",
                MirrorSource.at("https://mirror.example").title());
        assertEquals(
                "mirror HTTP://mirror.example/a/",
                MirrorSource.at("HTTP://mirror.example/a/").title());
    }

    private FetchFixture impatient() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("impatient"));
        RetryPolicy retries = new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(300));
        return new FetchFixture(folder, Duration.ofMinutes(1), retries);
    }

    private void untilTheTestEnds() {
        try {
            testEnds.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(String path, byte[] content) {
        answers.put(path, (exchange, request) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
    }

    private String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }
}
