package org.equipoise.experiment;

import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ImageShape;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.random.CounterRandom;

/** Images of the size a network wants, for measurements that do not depend on what they show. */
final class RandomImages {
    private static final int MAX_CLASSES = 256;

    private RandomImages() {}

    /**
     * @param configuration a network and the size of its batches
     * @return one batch to learn from, the same to test with
     */
    static Dataset batchFor(Configuration configuration) {
        ImageShape shape = configuration.network().input();
        int count = configuration.training().batch();
        int classes = Math.min(MAX_CLASSES, configuration.network().classes());
        CounterRandom random = new CounterRandom(configuration.training().seed(), 0);
        byte[] pixels = new byte[Math.multiplyExact(count, shape.channels() * shape.height() * shape.width())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.bits(i);
        }
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        ImageSet images = ImageSet.of(
                "random images",
                new IdxArray(new int[] {count, shape.height(), shape.width(), shape.channels()}, pixels),
                new IdxArray(new int[] {count}, labels),
                classes);
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new Dataset(images.name(), images, images, names, "none", "drawn for a measurement");
    }
}
