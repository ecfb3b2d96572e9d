package org.equipoise.interop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/** Types of values of a NumPy array that are read and written, all little-endian once in memory. */
public enum NpyDtype {
    /** Truth values of one byte, 0 for false. */
    BOOL('b', 1),
    /** Unsigned 8-bit integers. */
    UINT8('u', 1),
    /** Signed 8-bit integers. */
    INT8('i', 1),
    /** Signed 16-bit integers. */
    INT16('i', 2),
    /** Signed 32-bit integers. */
    INT32('i', 4),
    /** Signed 64-bit integers. */
    INT64('i', 8),
    /** IEEE 754 binary32. */
    FLOAT32('f', 4),
    /** IEEE 754 binary64. */
    FLOAT64('f', 8);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final char kind;
    private final int bytes;

    NpyDtype(char kind, int bytes) {
        this.kind = kind;
        this.bytes = bytes;
    }

    /** {@return the bytes of one value} */
    public int bytes() {
        return bytes;
    }

    /** {@return whether its values are integers or truth values} */
    public boolean isInteger() {
        return kind != 'f';
    }

    /** {@return NumPy's name of the type, as {@code <f4}} */
    String descr() {
        return (bytes == 1 ? "|" : "<") + kind + bytes;
    }

    /**
     * @param typeCode NumPy's name of a type without its byte order, as {@code f4}
     * @return the type, if it is one of these
     */
    static Optional<NpyDtype> of(String typeCode) {
        for (NpyDtype dtype : values()) {
            if (typeCode.equals("" + dtype.kind + dtype.bytes)) {
                return Optional.of(dtype);
            }
        }
        return Optional.empty();
    }

    /** {@return value {@code index}, rounded to float32; truth values as 0 and 1} */
    float floatAt(MemorySegment data, long index) {
        return switch (this) {
            case FLOAT32 -> Float.intBitsToFloat(data.get(INT, index * 4));
            case FLOAT64 -> (float) Double.longBitsToDouble(data.get(LONG, index * 8));
            default -> longAt(data, index);
        };
    }

    /** {@return value {@code index} of integer data; truth values as 0 and 1} */
    long longAt(MemorySegment data, long index) {
        return switch (this) {
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
            case UINT8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, index));
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, index);
            case INT16 -> data.get(SHORT, index * 2);
            case INT32 -> data.get(INT, index * 4);
            case INT64 -> data.get(LONG, index * 8);
            default -> throw new IllegalStateException(this + " is not an integer type");
        };
    }
}
