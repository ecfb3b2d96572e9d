package org.equipoise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the bundled excerpt of MNIST: every 12th of its 60,000 training examples and every 10th of its 10,000 test examples, from
 * the first on, so 5,000 and 1,000.
 */
public final class DigitsExcerpt {
    private DigitsExcerpt() {}

    /**
     * Writes the four gzipped files.
     *
     * @param arguments the folder holding MNIST's IDX files, and the resource folder to write
     */
    public static void main(String... arguments) throws IOException {
        DataPlace mnist = new DataPlace.Folder(Path.of(arguments[0]));
        Path target = Files.createDirectories(Path.of(arguments[1]));
        for (IdxPart part : IdxPart.values()) {
            IdxArray excerpt = of(part, IdxFormat.read(mnist, part.any()));
            Files.write(target.resolve(part.fileName() + ".gz"), IdxWriter.gzip(IdxWriter.raw(excerpt)));
            System.out.println(part.fileName() + " " + excerpt.fileSha256());
        }
    }

    /**
     * @param part one of MNIST's files
     * @param whole its content
     * @return what the excerpt keeps of it
     */
    static IdxArray of(IdxPart part, IdxArray whole) {
        boolean train = part == IdxPart.TRAIN_IMAGES || part == IdxPart.TRAIN_LABELS;
        return every(train ? 12 : 10, whole);
    }

    private static IdxArray every(int stride, IdxArray whole) {
        int[] shape = whole.shape().clone();
        shape[0] = Math.ceilDiv(whole.count(), stride);
        int size = whole.values().length / whole.count();
        byte[] values = new byte[shape[0] * size];
        for (int i = 0; i < shape[0]; i++) {
            System.arraycopy(whole.values(), i * stride * size, values, i * size, size);
        }
        return new IdxArray(shape, values);
    }
}
