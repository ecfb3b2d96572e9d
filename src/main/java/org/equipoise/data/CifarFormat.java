package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/**
 * The binary version of the CIFAR sets: files of records, each one or more label bytes, of which the last is the class, then 1,024 bytes
 * of red, of green and of blue, rows first.
 */
record CifarFormat(int labelBytes) implements DatasetFormat {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int PIXELS = CHANNELS * PLANE;

    /** Files of equal size, whose checksums are not known. */
    List<KnownFile> files(int imagesEach, List<String> names) {
        return names.stream()
                .map(name -> new KnownFile(
                        name.replace(".bin", "").replace('_', '-'),
                        List.of(name),
                        (long) imagesEach * recordBytes(),
                        ""))
                .toList();
    }

    private int recordBytes() {
        return labelBytes + PIXELS;
    }

    /**
     * @param folder a folder that a user took for a data set
     * @throws BadInputException if it holds CIFAR's Python version, whose files are pickles, and not the binary one
     */
    static void refusePythonVersion(Path folder) {
        for (PythonVersion version : PythonVersion.ALL) {
            if (version.files().stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)))
                    && !Files.exists(folder.resolve(version.binaryFile()))) {
                throw new BadInputException("'" + folder + "' holds the Python version of " + version.title()
                        + ", which is not read; its binary version was expected, the files of " + version.archive()
                        + " (" + version.binaryFile() + " and others), which the same page offers.");
            }
        }
    }

    /** A set as Python's users have it, and what to take instead. */
    private record PythonVersion(String title, List<String> files, String binaryFile, String archive) {
        static final List<PythonVersion> ALL = List.of(
                new PythonVersion(
                        "CIFAR-10",
                        List.of("data_batch_1", "test_batch"),
                        "data_batch_1.bin",
                        "cifar-10-binary.tar.gz"),
                new PythonVersion(
                        "CIFAR-100", List.of("train", "test", "meta"), "train.bin", "cifar-100-binary.tar.gz"));
    }

    /** Takes as many records as the files hold. */
    @Override
    public ImageSet read(String name, LocatedDataset from, List<KnownFile> files) {
        int count = 0;
        for (KnownFile file : files) {
            count = Math.addExact(count, records(from, file));
        }
        byte[] pixels = new byte[Math.multiplyExact(count, PIXELS)];
        byte[] labels = new byte[count];
        int image = 0;
        for (KnownFile file : files) {
            byte[] content = content(from, file);
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
                from.set().classNames().size());
    }

    @Override
    public String problem(byte[] content, int classes) {
        for (int image = 0; image < content.length / recordBytes(); image++) {
            int label = Byte.toUnsignedInt(content[image * recordBytes() + labelBytes - 1]);
            if (label >= classes) {
                return "label " + image + " is " + label + "; a class between 0 and " + (classes - 1) + " was expected";
            }
        }
        return "";
    }

    /** From planes of one channel after the other to the channels of one pixel after the other. */
    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int position = 0; position < PLANE; position++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                pixels[to + position * CHANNELS + channel] = planes[from + channel * PLANE + position];
            }
        }
    }

    private int records(LocatedDataset from, KnownFile file) {
        if (!from.place().has(file)) {
            String all = from.set().files().stream().map(KnownFile::name).collect(Collectors.joining(", "));
            throw new BadInputException(
                    "'" + from.where() + "' has no file " + file.name() + "; a folder with " + all + " was expected.");
        }
        long bytes = from.place().size(file);
        if (bytes <= 0 || bytes % recordBytes() != 0) {
            throw new BadInputException("'" + from.place().where(file) + "' holds " + bytes
                    + " bytes; a whole number of records of " + recordBytes() + " bytes was expected.");
        }
        return Math.toIntExact(bytes / recordBytes());
    }

    private byte[] content(LocatedDataset from, KnownFile file) {
        String where = from.place().where(file);
        try (InputStream in = from.place().open(file)) {
            byte[] content = in.readAllBytes();
            if (content.length % recordBytes() != 0) {
                throw new BadInputException("'" + where + "' changed while it was read; a whole number of records of "
                        + recordBytes() + " bytes was expected.");
            }
            return content;
        } catch (IOException e) {
            throw new BadInputException(
                    "'" + where + "' could not be read because " + IoReason.of(e) + "; a binary file of "
                            + from.set().name() + " was expected.",
                    e);
        }
    }
}
