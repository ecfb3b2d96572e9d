package org.equipoise.data;

import java.util.List;
import java.util.Optional;

/**
 * A data set known by name, with the checksums of its files.
 *
 * @param name the name users write
 * @param title what it is, for people
 * @param bundled whether it comes with Equipoise
 * @param classNames what each class is called, class 0 first
 * @param licence the terms its images are distributed under
 * @param origin who made it
 * @param trainImages how many training images it has
 * @param testImages how many test images it has
 * @param files its four files
 */
public record KnownDataset(
        String name,
        String title,
        boolean bundled,
        List<String> classNames,
        String licence,
        String origin,
        int trainImages,
        int testImages,
        List<KnownFile> files) {
    private static final List<String> DIGIT_NAMES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final List<String> CLOTHES = List.of(
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");
    private static final String MNIST_LICENCE = "CC BY-SA 3.0";
    private static final String MNIST_ORIGIN =
            "MNIST database of handwritten digits by Yann LeCun, Corinna Cortes and Christopher J. C. Burges";

    /** An excerpt of MNIST that comes with Equipoise. */
    public static final KnownDataset DIGITS = new KnownDataset(
            "digits",
            "excerpt of MNIST",
            true,
            DIGIT_NAMES,
            MNIST_LICENCE,
            MNIST_ORIGIN,
            5_000,
            1_000,
            KnownFile.ofMnistSize(
                    5_000,
                    1_000,
                    "ed4cbac693d1069bb96f2a34f019b05df6107426c16a9709c2643cda19d5d419",
                    "0e8567b797004b4de6f8ebd8cbf3ac75fd698698bfe61e5fde637eb64beaffb5",
                    "d353016623d61d7d75190455437c57a367f81866a607a1d686b6a0afd725d50d",
                    "36a2921a2f1378c9f834c85856c7f19fc85e97636abd8dd0ae14fe1c056e3ed1"));

    /** Handwritten digits. */
    public static final KnownDataset MNIST = new KnownDataset(
            "mnist",
            "handwritten digits",
            false,
            DIGIT_NAMES,
            MNIST_LICENCE,
            MNIST_ORIGIN,
            60_000,
            10_000,
            KnownFile.ofMnistSize(
                    60_000,
                    10_000,
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

    /** Pictures of clothes, a harder set of MNIST's size. */
    public static final KnownDataset FASHION_MNIST = new KnownDataset(
            "fashion-mnist",
            "pictures of clothes",
            false,
            CLOTHES,
            "MIT",
            "Fashion-MNIST by Han Xiao, Kashif Rasul and Roland Vollgraf, Zalando SE, 2017",
            60_000,
            10_000,
            KnownFile.ofMnistSize(
                    60_000,
                    10_000,
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    /** All known sets, the bundled one first. */
    public static final List<KnownDataset> ALL = List.of(DIGITS, MNIST, FASHION_MNIST);

    /** Keeps its own lists. */
    public KnownDataset {
        classNames = List.copyOf(classNames);
        files = List.copyOf(files);
    }

    /**
     * @param name a name as users write it
     * @return the set of exactly that name
     */
    public static Optional<KnownDataset> named(String name) {
        return ALL.stream().filter(set -> set.name.equals(name)).findFirst();
    }

    /**
     * @param part which of the four files
     * @return what is known of it
     */
    public KnownFile file(IdxPart part) {
        return files.stream().filter(file -> file.part() == part).findFirst().orElseThrow();
    }
}
