package org.equipoise.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/** Reads text in UTF-8 from a file or, once, from a pipe, and from the resources of the program. */
final class TextFile {
    /** Characters of a document have up to four bytes. */
    private static final int MAX_BYTES = 4 * SettingTree.MAX_CHARACTERS;

    private TextFile() {}

    /**
     * @param what what it is to the user, as {@code The configuration}
     * @return its text, without a mark of the byte order
     * @throws BadInputException if it cannot be read or is no such text
     */
    static String read(Path file, String what) {
        String name = what + " " + file;
        if (Files.isDirectory(file)) {
            throw new BadInputException(name + " is a folder; a UTF-8 text file in YAML was expected.");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new BadInputException(
                    name + " cannot be read because " + IoReason.of(e) + "; a UTF-8 text file in YAML was expected.",
                    e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new BadInputException(
                    name + " holds more than " + MAX_BYTES + " bytes; a UTF-8 text file in YAML was expected.");
        }
        if (isUtf16(bytes)) {
            throw new BadInputException(
                    name + " is written in UTF-16; UTF-8, which editors offer when they save, was expected.");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new BadInputException(name + " is not written in UTF-8; a UTF-8 text file in YAML was expected.", e);
        }
    }

    /** {@return the text of a resource of the program that lies beside this class or below} */
    static String resource(String name) {
        try (InputStream in = TextFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program's resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Editors and shells begin it with a mark of the byte order; without one, every other byte of a key is zero. */
    private static boolean isUtf16(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        boolean marked = first == 0xfeff || first == 0xfffe;
        return marked || bytes.length >= 4 && (bytes[0] == 0) != (bytes[1] == 0) && (bytes[2] == 0) != (bytes[3] == 0);
    }
}
