package org.equipoise.distributed;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What rank 0 alone knows, and tells the others. */
public final class FirstRank {
    private FirstRank() {}

    /**
     * Involves all ranks.
     *
     * @param communicator the ranks
     * @param text asked on rank 0 alone
     * @return what rank 0 said
     */
    public static String tells(Communicator communicator, Supplier<String> text) {
        if (communicator.size() == 1) {
            return text.get();
        }
        byte[] mine = communicator.rank() == 0 ? text.get().getBytes(StandardCharsets.UTF_8) : new byte[0];
        int length = Math.toIntExact(communicator.gather(new long[] {mine.length})[0][0]);
        long[] values = new long[length];
        for (int i = 0; i < mine.length; i++) {
            values[i] = mine[i];
        }
        long[] told = communicator.gather(values)[0];
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) told[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
