package org.equipoise.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.equipoise.data.Catalogue;

/** Folders of a CIFAR set, all of whose files are the same: the first byte says of which set, and whether records are filled up. */
public final class CifarFuzz {
    private static final Scratch TEN = new Scratch("test_batch.bin");
    private static final Scratch HUNDRED = new Scratch("test.bin");

    private static final Catalogue CATALOGUE = new Catalogue(Path.of("nowhere"), List.of());

    private CifarFuzz() {}

    /**
     * @param input which set, and the content of its files
     * @throws IOException if the temporary files cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        boolean hundred = (input[0] & 1) != 0;
        int record = hundred ? 3074 : 3073;
        int rest = input.length - 1;
        int length = (input[0] & 2) != 0 ? rest : Math.ceilDiv(rest, record) * record;
        byte[] content = Arrays.copyOf(Arrays.copyOfRange(input, 1, input.length), length);
        Scratch scratch = hundred ? HUNDRED : TEN;
        scratch.write(content);
        if (hundred) {
            Files.write(scratch.folder().resolve("train.bin"), content);
        } else {
            for (int batch = 1; batch <= 5; batch++) {
                Files.write(scratch.folder().resolve("data_batch_" + batch + ".bin"), content);
            }
        }
        Outcome.of(content, () -> CATALOGUE.open(scratch.folder().toString()));
    }
}
