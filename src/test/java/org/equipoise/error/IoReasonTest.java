package org.equipoise.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IoReasonTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("a"), "no such file or folder exists"),
                Arguments.of(new AccessDeniedException("a"), "permission was denied"),
                Arguments.of(new FileAlreadyExistsException("a"), "a file is in its place"),
                Arguments.of(new FileSystemException("a", null, "Read-only file system"), "read-only file system"),
                Arguments.of(new DirectoryNotEmptyException("a"), "a"),
                Arguments.of(new EOFException(), "it ends too early"),
                Arguments.of(new ZipException("invalid block type"), "its gzip data is corrupt"),
                Arguments.of(new ClosedByInterruptException(), "it was interrupted"),
                Arguments.of(new IOException("Input/output error"), "input/output error"),
                Arguments.of(new IOException("CRC differs"), "CRC differs"),
                Arguments.of(new FileNotFoundException("a (No space left on device)"), "no space left on device"),
                Arguments.of(new FileNotFoundException("a"), "a"),
                Arguments.of(new IOException(), "IOException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysItInPlainWords(IOException failure, String reason) {
        assertEquals(reason, IoReason.of(failure));
    }
}
