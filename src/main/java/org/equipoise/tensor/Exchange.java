package org.equipoise.tensor;

import java.lang.foreign.MemorySegment;

/** A little room on the heap through which pieces of memory change places. One thread at a time may use it. */
public final class Exchange {
    private static final int WORDS = 512;

    private final MemorySegment room = MemorySegment.ofArray(new long[WORDS]);

    /** Lets two pieces that do not overlap change places. */
    void between(MemorySegment segment, long first, long second, long bytes) {
        for (long done = 0; done < bytes; done += room.byteSize()) {
            long part = Math.min(room.byteSize(), bytes - done);
            MemorySegment.copy(segment, first + done, room, 0, part);
            MemorySegment.copy(segment, second + done, segment, first + done, part);
            MemorySegment.copy(room, 0, segment, second + done, part);
        }
    }
}
