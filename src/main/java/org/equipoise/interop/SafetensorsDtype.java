package org.equipoise.interop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Types of values that a safetensors file can hold, by the names used in its header. All are little-endian. */
public enum SafetensorsDtype {
    /** Truth values of one byte, 0 for false. */
    BOOL(1, Kind.INTEGER),
    /** Unsigned 8-bit integers. */
    U8(1, Kind.INTEGER),
    /** Signed 8-bit integers. */
    I8(1, Kind.INTEGER),
    /** 8-bit floats with 5 bits of exponent; only their bytes can be read. */
    F8_E5M2(1, Kind.OTHER),
    /** 8-bit floats with 4 bits of exponent; only their bytes can be read. */
    F8_E4M3(1, Kind.OTHER),
    /** Signed 16-bit integers. */
    I16(2, Kind.INTEGER),
    /** Unsigned 16-bit integers. */
    U16(2, Kind.INTEGER),
    /** IEEE 754 binary16. */
    F16(2, Kind.FLOAT),
    /** The upper half of a float32. */
    BF16(2, Kind.FLOAT),
    /** Signed 32-bit integers. */
    I32(4, Kind.INTEGER),
    /** Unsigned 32-bit integers. */
    U32(4, Kind.INTEGER),
    /** IEEE 754 binary32. */
    F32(4, Kind.FLOAT),
    /** Signed 64-bit integers. */
    I64(8, Kind.INTEGER),
    /** Unsigned 64-bit integers. */
    U64(8, Kind.INTEGER),
    /** IEEE 754 binary64. */
    F64(8, Kind.FLOAT);

    private enum Kind {
        INTEGER,
        FLOAT,
        OTHER
    }

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;
    private final Kind kind;

    SafetensorsDtype(int bytes, Kind kind) {
        this.bytes = bytes;
        this.kind = kind;
    }

    /** {@return the bytes of one value} */
    public int bytes() {
        return bytes;
    }

    /** {@return whether its values convert to float32} */
    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** {@return whether its values are integers or truth values} */
    public boolean isInteger() {
        return kind == Kind.INTEGER;
    }

    /** {@return value {@code index} of floating-point data, rounded to float32} */
    float floatAt(MemorySegment data, long index) {
        return switch (this) {
            case F16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * 2) << 16);
            case F32 -> Float.intBitsToFloat(data.get(INT, index * 4));
            case F64 -> (float) Double.longBitsToDouble(data.get(LONG, index * 8));
            default -> throw new IllegalStateException(this + " is not floating-point");
        };
    }

    /** {@return value {@code index} of integer data; an unsigned value of 2^63 or more comes out negative} */
    long longAt(MemorySegment data, long index) {
        return switch (this) {
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
            case U8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, index));
            case I8 -> data.get(ValueLayout.JAVA_BYTE, index);
            case U16 -> Short.toUnsignedLong(data.get(SHORT, index * 2));
            case I16 -> data.get(SHORT, index * 2);
            case U32 -> Integer.toUnsignedLong(data.get(INT, index * 4));
            case I32 -> data.get(INT, index * 4);
            case U64, I64 -> data.get(LONG, index * 8);
            default -> throw new IllegalStateException(this + " is not an integer type");
        };
    }
}
