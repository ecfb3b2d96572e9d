package org.equipoise.data;

/**
 * The content of an IDX file of floats, or of doubles, which are rounded to floats.
 *
 * <p>The arrays are not copied; whoever holds the record leaves them as they are.
 *
 * @param shape the 1 to 4 dimensions, each at least 1, outermost first
 * @param values the values, last dimension innermost
 */
@SuppressWarnings("ArrayRecordComponent") // tens of megabytes: copied nowhere, compared nowhere
public record IdxFloats(int[] shape, float[] values) implements IdxContent {}
