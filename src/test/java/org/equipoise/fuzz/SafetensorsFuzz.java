package org.equipoise.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.TensorEntry;

/** Safetensors files; where the first byte is odd, the length of the header is put before it here. */
public final class SafetensorsFuzz {
    private SafetensorsFuzz() {}

    /**
     * @param input how it is given, and a safetensors file, or a header, a line feed and data
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        byte[] file = input[0] % 2 == 0 ? rest : framed(rest);
        Outcome.of(file, () -> read(SafetensorsFile.read(file, "input")));
    }

    private static byte[] framed(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(end).put(text, 0, end);
        if (end < text.length) {
            file.put(text, end + 1, text.length - end - 1);
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    /** Reads every tensor in every way; an empty tensor of a long shape may be too long for an array. */
    private static void read(SafetensorsFile file) {
        file.metadata();
        for (TensorEntry tensor : file.tensors().values()) {
            try {
                if (file.bytes(tensor.name()).length != tensor.byteSize()) {
                    throw new AssertionError(tensor + " has other bytes");
                }
                if (tensor.dtype().isFloat()) {
                    file.floats(tensor.name());
                } else if (tensor.dtype().isInteger()) {
                    file.longs(tensor.name());
                }
            } catch (BadInputException e) {
                // Larger than an array, or a value that is.
            }
        }
    }
}
