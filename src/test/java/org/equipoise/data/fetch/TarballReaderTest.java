package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class TarballReaderTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    @Test
    void readsRegularFilesAndPassesOverTheRest() throws IOException {
        byte[] archive = new Tarball()
                .entry('x', "", "pax header", 5, HELLO)
                .entry('5', "", "package/", 0, new byte[0])
                .file("package/a", new byte[0])
                .file("package/b", new byte[1000])
                .entry('2', "", "package/link", 0, new byte[0])
                .entry('\0', "package/long", "c", 5, HELLO)
                .gzipped();

        try (TarballReader reader = reader(archive)) {
            assertTrue(reader.next());
            assertEquals("package/a", reader.name());
            assertEquals(0, reader.size());
            assertTrue(reader.next());
            assertEquals("package/b", reader.name());
            assertEquals(1000, reader.content().length);
            assertTrue(reader.next());
            assertEquals("package/long/c", reader.name());
            assertArrayEquals(HELLO, reader.content());
            assertFalse(reader.next());
        }
    }

    @Test
    void readsNamesThatFillTheirField() throws IOException {
        String longest = "n".repeat(100);

        try (TarballReader reader = reader(new Tarball().file(longest, HELLO).gzipped())) {
            assertTrue(reader.next());
            assertEquals(longest, reader.name());
        }
    }

    @Test
    void endsWhereTheArchiveDoesEvenWithoutEmptyBlocks() throws IOException {
        try (TarballReader reader = reader(new Tarball().file("a", HELLO).unended())) {
            assertTrue(reader.next());
            assertFalse(reader.next());
        }
    }

    @Test
    void noticesACutHeader() throws IOException {
        byte[] archive = Arrays.copyOf(new Tarball().file("a", HELLO).unended(), 300);

        try (TarballReader reader = reader(archive)) {
            assertThrows(EOFException.class, reader::next);
        }
    }

    @Test
    void noticesCutContent() throws IOException {
        byte[] archive = Arrays.copyOf(new Tarball().file("a", HELLO).unended(), 514);

        try (TarballReader reader = reader(archive)) {
            assertTrue(reader.next());
            assertThrows(EOFException.class, reader::content);
        }
        try (TarballReader reader = reader(archive)) {
            assertTrue(reader.next());
            assertThrows(EOFException.class, reader::next);
        }
    }

    @Test
    void noticesAChangedHeader() throws IOException {
        byte[] archive = new Tarball().file("a", HELLO).unended();
        archive[0] = 'b';

        try (TarballReader reader = reader(archive)) {
            assertThrows(ZipException.class, reader::next);
        }
    }

    @Test
    void noticesASizeThatIsNoNumber() throws IOException {
        byte[] archive = new Tarball().entry('0', "", "a", -1, HELLO).unended();

        try (TarballReader reader = reader(archive)) {
            IOException failure = assertThrows(IOException.class, reader::next);
            assertEquals("a tar header has no number where one belongs", failure.getMessage());
        }
    }

    private static TarballReader reader(byte[] archive) throws IOException {
        return new TarballReader(new ByteArrayInputStream(archive));
    }
}
