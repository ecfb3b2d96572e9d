package org.equipoise.training;

import java.nio.charset.StandardCharsets;
import org.equipoise.data.ContentHash;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.TensorEntry;

/**
 * A SHA-256 over all of a checkpoint that the computation determines: every tensor and the progress, without times, machines and
 * names. Two runs are at the same place bit for bit if theirs are equal, whatever interrupted them and whatever they ran on.
 */
final class StateHash {
    private StateHash() {}

    /**
     * @param tensors a checkpoint
     * @param header what it says
     * @return 64 hexadecimal digits
     */
    static String of(SafetensorsFile tensors, CheckpointHeader header) {
        ContentHash hash = new ContentHash();
        tensors.tensors().values().stream().map(TensorEntry::name).sorted().forEach(name -> {
            TensorEntry entry = tensors.tensor(name);
            add(hash, name + " " + entry.dtype() + " " + entry.shape());
            byte[] values = tensors.bytes(name);
            hash.add(values, 0, values.length);
        });
        Progress progress = header.progress();
        add(
                hash,
                String.join(
                        " ",
                        Integer.toString(progress.epoch()),
                        Integer.toString(progress.batch()),
                        Integer.toString(progress.errors()),
                        Double.toString(progress.loss()),
                        Integer.toString(progress.examples()),
                        Long.toString(progress.sampleSteps()),
                        Long.toString(progress.stepsSaved()),
                        Double.toString(progress.bestErrorPercent()),
                        header.counts().toString()));
        return hash.hex();
    }

    private static void add(ContentHash hash, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.add(bytes.length).add(bytes, 0, bytes.length);
    }
}
