package org.equipoise.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.equipoise.interop.NpzFile;

/** Archives of NumPy arrays; where the first byte is odd, an archive is made here of the rest as its one entry. */
public final class NpzFuzz {
    private static final Scratch FILE = new Scratch("input.npz");

    private NpzFuzz() {}

    /**
     * @param input how it is given, and an {@code .npz} file, or an entry's name, a line feed and content
     * @throws IOException if the temporary file cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        FILE.write(input[0] % 2 == 0 ? rest : archive(rest));
        Outcome.of(rest, () -> NpzFile.read(FILE.path()));
        FILE.requireAlone();
    }

    private static byte[] archive(byte[] text) throws IOException {
        String name = new String(text, StandardCharsets.ISO_8859_1);
        int end = Math.min(name.indexOf('\n') < 0 ? name.length() : name.indexOf('\n'), 1000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name.substring(0, end) + ".npy"));
            zip.write(text, Math.min(end + 1, text.length), Math.max(0, text.length - end - 1));
        }
        return bytes.toByteArray();
    }
}
