package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;

/** Two IDX files, images and their labels. */
final class IdxFormat implements DatasetFormat {
    static final IdxFormat IDX = new IdxFormat();

    private static final int IMAGE_HEADER = 16;
    private static final int LABEL_HEADER = 8;
    private static final int MNIST_PIXELS = 28 * 28;

    private IdxFormat() {}

    /** {@return the files of so many grey images of 28 × 28 pixels and their labels} */
    static List<KnownFile> mnist(IdxPart images, IdxPart labels, int count, List<String> sha256) {
        return List.of(
                images.known(IMAGE_HEADER + (long) count * MNIST_PIXELS, sha256.getFirst()),
                labels.known(LABEL_HEADER + count, sha256.getLast()));
    }

    /** The data set of any four IDX files, with as many classes as their labels tell. */
    static LocatedDataset inFolder(String name, DataPlace.Folder folder) {
        int classes = Stream.of(IdxPart.TRAIN_LABELS, IdxPart.TEST_LABELS)
                .mapToInt(part -> classes(read(folder, part.any(), IdxReader::readLabels)))
                .max()
                .orElseThrow();
        KnownDataset set = new KnownDataset(
                name,
                "",
                IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
                KnownDataset.NOT_STATED,
                "IDX files in " + folder.where(),
                0,
                0,
                IDX,
                List.of(IdxPart.TRAIN_IMAGES.any(), IdxPart.TRAIN_LABELS.any()),
                List.of(IdxPart.TEST_IMAGES.any(), IdxPart.TEST_LABELS.any()),
                new KnownDataset.UserFolder("the four files of an IDX data set"));
        return new LocatedDataset(set, folder, folder);
    }

    private static int classes(IdxArray labels) {
        int classes = 0;
        for (byte label : labels.values()) {
            classes = Math.max(classes, Byte.toUnsignedInt(label) + 1);
        }
        return classes;
    }

    @Override
    public ImageSet read(String name, LocatedDataset from, List<KnownFile> files) {
        return ImageSet.of(
                name,
                readChecked(from, files.getFirst(), IdxReader::read),
                readChecked(from, files.getLast(), IdxReader::readLabels),
                from.set().classNames().size());
    }

    private static IdxArray readChecked(
            LocatedDataset from, KnownFile file, BiFunction<InputStream, String, IdxArray> reader) {
        IdxArray array = read(from.place(), file, reader);
        if (file.hasSha256() && !array.fileSha256().equals(file.sha256())) {
            throw from.wrongContent(file);
        }
        return array;
    }

    static IdxArray read(DataPlace place, KnownFile file) {
        return read(place, file, IdxReader::read);
    }

    private static IdxArray read(DataPlace place, KnownFile file, BiFunction<InputStream, String, IdxArray> reader) {
        if (!place.has(file)) {
            throw new BadInputException("'" + place.where() + "' has no file " + file.name()
                    + ", raw or .gz; a folder with the four files of an IDX data set was expected.");
        }
        try (InputStream in = place.open(file)) {
            return reader.apply(in, place.where(file));
        } catch (IOException e) {
            throw IdxReader.unreadable(place.where(file), e);
        }
    }
}
