package org.equipoise.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.equipoise.data.Dataset;
import org.equipoise.kernel.Kernels;

/**
 * Where a result comes from; stored in every checkpoint and run directory.
 *
 * @param version version of the engine
 * @param commit commit it was built from, {@code unknown} outside a repository
 * @param jdk version of the JDK
 * @param processor architecture and number of processors
 * @param kernels {@code scalar} or {@code vector}
 * @param vectorBits width of the vectors, 0 for scalar code
 * @param threads how many threads work
 * @param data name of the data set
 * @param trainImages training images used
 * @param trainSha256 hash of the training images and labels used
 * @param testImages test images used
 * @param testSha256 hash of the test images and labels used
 * @param heldOut how many of the training images are tested with in place of the test images, 0 if these are
 */
public record Provenance(
        String version,
        String commit,
        String jdk,
        String processor,
        String kernels,
        int vectorBits,
        int threads,
        String data,
        int trainImages,
        String trainSha256,
        int testImages,
        String testSha256,
        int heldOut) {
    private static final String UNKNOWN = "unknown";

    /**
     * @param dataset what is learnt from
     * @param kernels the arithmetic
     * @param threads how many threads work
     * @return where this program's results come from
     */
    public static Provenance of(Dataset dataset, Kernels kernels, int threads) {
        Properties build = build();
        return new Provenance(
                build.getProperty("version", UNKNOWN),
                build.getProperty("commit", UNKNOWN),
                Runtime.version().toString(),
                System.getProperty("os.arch") + " × " + Runtime.getRuntime().availableProcessors(),
                kernels.name(),
                kernels.vectorBits(),
                threads,
                dataset.name(),
                dataset.train().count(),
                dataset.train().sha256(),
                dataset.test().count(),
                dataset.test().sha256(),
                dataset.heldOut());
    }

    /** {@return version and commit of this build, as its resources say} */
    public static Properties build() {
        Properties build = new Properties();
        try (InputStream in = Provenance.class.getResourceAsStream("/equipoise-build.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build;
    }

    /** {@return the fields by name, as text} */
    public Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("version", version);
        map.put("commit", commit);
        map.put("jdk", jdk);
        map.put("processor", processor);
        map.put("kernels", kernels);
        map.put("vectorBits", Integer.toString(vectorBits));
        map.put("threads", Integer.toString(threads));
        map.put("data", data);
        map.put("trainImages", Integer.toString(trainImages));
        map.put("trainSha256", trainSha256);
        map.put("testImages", Integer.toString(testImages));
        map.put("testSha256", testSha256);
        map.put("heldOut", Integer.toString(heldOut));
        return map;
    }
}
