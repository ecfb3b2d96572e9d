package org.equipoise.fuzz;

import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;

/** NumPy arrays. */
public final class NpyFuzz {
    private NpyFuzz() {}

    /**
     * @param input an {@code .npy} file
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Outcome.of(input, () -> {
            NpyArray array = NpyFile.read(input, "input");
            if (array.shape().elements() * array.dtype().bytes() > input.length) {
                throw new AssertionError(array.shape() + " does not fit " + input.length + " bytes");
            }
        });
    }
}
