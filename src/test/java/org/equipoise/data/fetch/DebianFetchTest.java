package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.data.IdxPart;
import org.equipoise.data.TinySet;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianFetchTest {
    private static final DebianSource SOURCE = new DebianSource("dataset-tiny", "usr/share/datasets/tiny");
    private static final String LOCATE = "echo 'E: Unable to locate package dataset-tiny' >&2; exit 100";

    @TempDir
    Path temporary;

    private FetchFixture fixture;
    private Path content;
    private Path calls;

    @BeforeEach
    void prepareThePackage() throws IOException {
        fixture = new FetchFixture(temporary);
        content = temporary.resolve("content");
        calls = temporary.resolve("calls");
        TinySet.write(content.resolve("usr/share/datasets/tiny"), true);
    }

    @Test
    void storesTheFilesOfThePackage() throws IOException {
        installApt("echo deb > dataset-tiny_1_all.deb");
        installDpkg();

        FetchReport report = fixture.fetch(SOURCE);

        fixture.assertStored(report);
        assertEquals("Debian package dataset-tiny", report.source());
        assertEquals(
                List.of(
                        "Looking for tiny on this machine",
                        "Fetching the Debian package dataset-tiny with apt-get",
                        "Unpacking dataset-tiny_1_all.deb"),
                fixture.steps.subList(0, 3));
        assertEquals(List.of("-q download dataset-tiny"), Files.readAllLines(calls));
    }

    @Test
    void readsPackageListsOfItsOwnWhenTheSystemsLackThePackage() throws IOException {
        Path updated = temporary.resolve("updated");
        installApt("""
                case "$*" in
                *update) test -d "${3#Dir::State=}/lists/partial" && test -d "${7#Dir::Cache=}/archives/partial" && echo yes > %1$s ;;
                *) if [ -e %1$s ]; then echo deb > dataset-tiny_1_all.deb; else %2$s; fi ;;
                esac""".formatted(updated, LOCATE));
        installDpkg();

        fixture.assertStored(fixture.fetch(SOURCE));

        assertEquals("Reading Debian's package lists anew with apt-get", fixture.steps.get(2));
        List<String> made = Files.readAllLines(calls);
        assertEquals(3, made.size());
        assertEquals("-q download dataset-tiny", made.get(0));
        assertTrue(made.get(1).startsWith("-q -o Dir::State=" + fixture.tiny), made.get(1));
        assertTrue(made.get(1).endsWith(" update"), made.get(1));
        assertEquals(made.get(1).replace(" update", " download dataset-tiny"), made.get(2));
    }

    @Test
    void saysWhatAptSaysWhenThereIsNoSuchPackage() throws IOException {
        installApt("case \"$*\" in *update) exit 0 ;; esac\n" + LOCATE);
        installDpkg();

        fixture.assertFails(
                WorkFailedException.class,
                SOURCE,
                "apt-get failed with exit code 100: E: Unable to locate package dataset-tiny");
    }

    @Test
    void saysWhatAptSaysWhenListsCannotBeHad() throws IOException {
        installApt("case \"$*\" in *update) echo 'E: Failed to fetch the lists' >&2; exit 100 ;; esac\n" + LOCATE);
        installDpkg();

        fixture.assertFails(
                WorkFailedException.class, SOURCE, "apt-get failed with exit code 100: E: Failed to fetch the lists");
    }

    @Test
    void saysWhichClientIsMissing() throws IOException {
        fixture.assertFails(WorkFailedException.class, SOURCE, "apt-get was not found on PATH");

        installApt("echo deb > dataset-tiny_1_all.deb");
        fixture.assertFails(WorkFailedException.class, SOURCE, "dpkg-deb was not found on PATH");
    }

    @Test
    void saysWhatDpkgSays() throws IOException {
        installApt("echo deb > dataset-tiny_1_all.deb");
        fixture.install("dpkg-deb", "echo \"dpkg-deb: error: '$2' is not a Debian format archive\" >&2; exit 2");

        fixture.assertFails(WorkFailedException.class, SOURCE, "dpkg-deb failed with exit code 2: dpkg-deb: error: ");
    }

    @Test
    void refusesAPackageThatLacksAFile() throws IOException {
        installApt("echo deb > dataset-tiny_1_all.deb");
        installDpkg();
        Files.delete(content.resolve("usr/share/datasets/tiny/t10k-labels-idx1-ubyte.gz"));

        fixture.assertFails(
                WorkFailedException.class,
                SOURCE,
                "The Debian package dataset-tiny has no file usr/share/datasets/tiny/t10k-labels-idx1-ubyte");
    }

    @Test
    void refusesOtherContent() throws IOException {
        installApt("echo deb > dataset-tiny_1_all.deb");
        installDpkg();
        Files.write(
                content.resolve("usr/share/datasets/tiny/t10k-labels-idx1-ubyte"),
                TinySet.changed(IdxPart.TEST_LABELS));

        fixture.assertFails(WorkFailedException.class, SOURCE, "was expected to have SHA-256 ");
    }

    private void installApt(String script) throws IOException {
        fixture.install("apt-get", "echo \"$@\" >> " + calls + "\n" + script);
    }

    private void installDpkg() throws IOException {
        fixture.install("dpkg-deb", "test \"$1\" = -x && test -s \"$2\" && /bin/cp -r " + content + " \"$3\"");
    }
}
