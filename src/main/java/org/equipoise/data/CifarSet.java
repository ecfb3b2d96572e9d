package org.equipoise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/**
 * The two CIFAR sets of colour photographs of 32 × 32 pixels, in their binary version: files of records, each a label byte (two in
 * CIFAR-100, of which the second is the class), then 1,024 bytes of red, of green and of blue, rows first. They are read from a
 * folder and not fetched.
 */
public enum CifarSet {
    /** Ten classes. */
    CIFAR10("cifar10", "colour photographs of 10 classes", "test_batch.bin", 1),
    /** A hundred classes; the twenty superclasses are left aside. */
    CIFAR100("cifar100", "colour photographs of 100 classes", "test.bin", 2);

    /** How many training images either set has. */
    public static final int TRAIN_IMAGES = 50_000;

    /** How many test images either set has. */
    public static final int TEST_IMAGES = 10_000;

    static final String LICENCE = "not stated";
    static final String ORIGIN = "CIFAR by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton, 2009";

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int PIXELS = CHANNELS * PLANE;

    private final String label;
    private final String title;
    private final String testFile;
    private final int labelBytes;

    CifarSet(String label, String title, String testFile, int labelBytes) {
        this.label = label;
        this.title = title;
        this.testFile = testFile;
        this.labelBytes = labelBytes;
    }

    private List<String> trainFiles() {
        return switch (this) {
            case CIFAR10 ->
                IntStream.rangeClosed(1, 5)
                        .mapToObj(number -> "data_batch_" + number + ".bin")
                        .toList();
            case CIFAR100 -> List.of("train.bin");
        };
    }

    private List<String> classNames() {
        return switch (this) {
            case CIFAR10 ->
                List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
            case CIFAR100 -> IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        };
    }

    /** {@return the name users write} */
    public String label() {
        return label;
    }

    /** {@return what it is, for people} */
    public String title() {
        return title;
    }

    /**
     * @param name a name as users write it
     * @return the set of exactly that name
     */
    public static Optional<CifarSet> named(String name) {
        return Arrays.stream(values()).filter(set -> set.label.equals(name)).findFirst();
    }

    /**
     * @param folder a folder
     * @return the set whose first training file it holds, if any
     */
    public static Optional<CifarSet> in(Path folder) {
        return Arrays.stream(values())
                .filter(set ->
                        Files.isRegularFile(folder.resolve(set.trainFiles().getFirst())))
                .findFirst();
    }

    /**
     * A quick look that reads nothing.
     *
     * @param folder where the set would be
     * @return whether all its files are there with the right sizes
     */
    public DatasetState state(Path folder) {
        List<Path> files = files().map(folder::resolve).toList();
        if (files.stream().noneMatch(Files::isRegularFile)) {
            return DatasetState.ABSENT;
        }
        long train = trainFiles().stream()
                .mapToLong(file -> size(folder.resolve(file)))
                .sum();
        boolean whole = files.stream().allMatch(Files::isRegularFile)
                && train == (long) TRAIN_IMAGES * recordBytes()
                && size(folder.resolve(testFile)) == (long) TEST_IMAGES * recordBytes();
        return whole ? DatasetState.PRESENT : DatasetState.INCOMPLETE;
    }

    private Stream<String> files() {
        return Stream.concat(trainFiles().stream(), Stream.of(testFile));
    }

    private int recordBytes() {
        return labelBytes + PIXELS;
    }

    /**
     * Reads the files of a folder.
     *
     * @param name what messages and provenance call it
     * @param folder the folder
     * @return its images, with as many records as the files hold
     * @throws BadInputException if a file is missing, cannot be read, or is no whole number of records, or a label is no class
     */
    public Dataset read(String name, Path folder) {
        return new Dataset(
                name,
                images(name + " train", folder, trainFiles()),
                images(name + " test", folder, List.of(testFile)),
                classNames(),
                LICENCE,
                ORIGIN);
    }

    private ImageSet images(String name, Path folder, List<String> files) {
        int count = 0;
        for (String file : files) {
            count = Math.addExact(count, records(folder.resolve(file)));
        }
        byte[] pixels = new byte[Math.multiplyExact(count, PIXELS)];
        byte[] labels = new byte[count];
        int image = 0;
        for (String file : files) {
            byte[] content = content(folder.resolve(file));
            for (int record = 0; record < content.length && image < count; record += recordBytes()) {
                labels[image] = content[record + labelBytes - 1];
                interleave(content, record + labelBytes, pixels, image * PIXELS);
                image++;
            }
        }
        return ImageSet.of(
                name,
                new IdxArray(new int[] {count, SIDE, SIDE, CHANNELS}, pixels),
                new IdxArray(new int[] {count}, labels),
                classNames().size());
    }

    /** From planes of one channel after the other to the channels of one pixel after the other. */
    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int position = 0; position < PLANE; position++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                pixels[to + position * CHANNELS + channel] = planes[from + channel * PLANE + position];
            }
        }
    }

    private int records(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException("'" + file.getParent() + "' has no file " + file.getFileName()
                    + "; a folder with " + String.join(", ", files().toList()) + " was expected.");
        }
        long bytes = size(file);
        if (bytes <= 0 || bytes % recordBytes() != 0) {
            throw new BadInputException("'" + file + "' holds " + bytes + " bytes; a whole number of records of "
                    + recordBytes() + " bytes was expected.");
        }
        return Math.toIntExact(bytes / recordBytes());
    }

    private byte[] content(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            if (content.length % recordBytes() != 0) {
                throw new BadInputException("'" + file + "' changed while it was read; a whole number of records of "
                        + recordBytes() + " bytes was expected.");
            }
            return content;
        } catch (IOException e) {
            throw new BadInputException(
                    "'" + file + "' could not be read because " + IoReason.of(e) + "; a binary file of " + label
                            + " was expected.",
                    e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }
}
