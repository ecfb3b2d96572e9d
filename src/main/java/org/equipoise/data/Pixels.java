package org.equipoise.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The pixels of a set's images in the form they came in, numbered by image, row, column, channel. Neither form copies them but for a part. */
sealed interface Pixels {
    /** The value of a pixel that is fully bright where pixels are bytes. */
    float FULL_SCALE = 255;

    /** {@return the pixel as a number in [0, 1]} */
    float value(long index);

    /** {@return the pixel on the scale of bytes, 0 to 255} */
    int level(long index);

    /** {@return the pixels from one that begins an image, numbered anew} */
    Pixels from(long first);

    /** Adds the first {@code count} pixels to a hash. */
    void addTo(ContentHash hash, long count);

    /** Unsigned bytes by image, row, column, channel. */
    @SuppressWarnings("ArrayRecordComponent") // tens of megabytes: copied nowhere, compared nowhere
    record Bytes(byte[] values) implements Pixels {
        @Override
        public float value(long index) {
            return level(index) / FULL_SCALE;
        }

        @Override
        public int level(long index) {
            return Byte.toUnsignedInt(values[(int) index]);
        }

        @Override
        public Pixels from(long first) {
            return new Bytes(Arrays.copyOfRange(values, (int) first, values.length));
        }

        @Override
        public void addTo(ContentHash hash, long count) {
            hash.add(values, 0, (int) count);
        }
    }

    /**
     * float32 in [0, 1], but for rounding, by image, channel, row, column, in the machine's byte order.
     *
     * @param positions rows × columns
     */
    record Floats(MemorySegment values, int positions, int channels) implements Pixels {
        @Override
        public float value(long index) {
            if (channels == 1) {
                return at(index);
            }
            long image = index / ((long) positions * channels);
            int within = (int) (index % ((long) positions * channels));
            return at((image * channels + within % channels) * positions + within / channels);
        }

        private float at(long place) {
            return Brightness.clip(values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, place * Float.BYTES));
        }

        @Override
        public int level(long index) {
            return Math.round(value(index) * FULL_SCALE);
        }

        @Override
        public Pixels from(long first) {
            return new Floats(values.asSlice(first * Float.BYTES), positions, channels);
        }

        @Override
        public void addTo(ContentHash hash, long count) {
            for (long i = 0; i < count; i++) {
                hash.add(Float.floatToRawIntBits(value(i)));
            }
        }
    }
}
