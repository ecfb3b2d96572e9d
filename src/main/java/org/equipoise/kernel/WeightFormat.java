package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;

/**
 * How one weight lies in memory. Layouts, conversions between them and kernels ask the format instead of counting bytes.
 *
 * <p>Any format works: what has no vectors for it does as the scalar twin does. Gradients, moments and master copies, which learning
 * changes a little at a time, are {@link #FLOAT32}; layouts that are derived from them may have another format.
 */
public interface WeightFormat {
    /** IEEE 754 single precision. */
    WeightFormat FLOAT32 = new Float32Weights();

    /** {@return the bytes of a weight} */
    int bytes();

    /**
     * @param memory where memory comes from
     * @param account what it is for
     * @param name its name
     * @param count how many weights
     * @return memory for so many weights of zero
     */
    MemorySegment in(MemoryScope memory, Account account, String name, long count);

    /**
     * @param segment where the weight is
     * @param offset its byte offset
     * @return the weight
     */
    float get(MemorySegment segment, long offset);

    /**
     * @param segment where the weight is
     * @param offset its byte offset
     * @param value its new value, rounded to what the format can hold
     */
    void set(MemorySegment segment, long offset, float value);
}
