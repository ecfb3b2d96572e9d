package org.equipoise.interop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Types of values of a tensor, by the names of the safetensors format. All are little-endian. A NumPy file may hold those of them that
 * have a code of NumPy's.
 */
public enum Dtype {
    /** Truth values of one byte, 0 for false. */
    BOOL(1, Kind.INTEGER, "b1"),
    /** Unsigned 8-bit integers. */
    U8(1, Kind.INTEGER, "u1"),
    /** Signed 8-bit integers. */
    I8(1, Kind.INTEGER, "i1"),
    /** 8-bit floats with 5 bits of exponent; only their bytes can be read. */
    F8_E5M2(1, Kind.OTHER, ""),
    /** 8-bit floats with 4 bits of exponent; only their bytes can be read. */
    F8_E4M3(1, Kind.OTHER, ""),
    /** Signed 16-bit integers. */
    I16(2, Kind.INTEGER, "i2"),
    /** Unsigned 16-bit integers. */
    U16(2, Kind.INTEGER, "u2"),
    /** IEEE 754 binary16. */
    F16(2, Kind.FLOAT, "f2"),
    /** The upper half of a float32. */
    BF16(2, Kind.FLOAT, ""),
    /** Signed 32-bit integers. */
    I32(4, Kind.INTEGER, "i4"),
    /** Unsigned 32-bit integers. */
    U32(4, Kind.INTEGER, "u4"),
    /** IEEE 754 binary32. */
    F32(4, Kind.FLOAT, "f4"),
    /** Signed 64-bit integers. */
    I64(8, Kind.INTEGER, "i8"),
    /** Unsigned 64-bit integers. */
    U64(8, Kind.INTEGER, "u8"),
    /** IEEE 754 binary64. */
    F64(8, Kind.FLOAT, "f8"),
    /** Any other type that a safetensors file may name; values of it are passed over. */
    UNREAD(0, Kind.OTHER, "");

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
    private final String numpyCode;

    Dtype(int bytes, Kind kind, String numpyCode) {
        this.bytes = bytes;
        this.kind = kind;
        this.numpyCode = numpyCode;
    }

    /** {@return the bytes of one value, 0 for {@link #UNREAD}} */
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

    /** {@return NumPy's name of the type, as {@code <f4}} */
    String numpyName() {
        return (bytes == 1 ? "|" : "<") + numpyCode;
    }

    /** {@return the codes of NumPy that can be read, without byte order} */
    static List<String> numpyCodes() {
        return Arrays.stream(values())
                .map(dtype -> dtype.numpyCode)
                .filter(code -> !code.isEmpty())
                .toList();
    }

    /** {@return the type of a NumPy code without its byte order, as {@code f4}, if it is one of these} */
    static Optional<Dtype> ofNumpyCode(String code) {
        return Arrays.stream(values())
                .filter(dtype -> !code.isEmpty() && dtype.numpyCode.equals(code))
                .findFirst();
    }

    /** {@return value {@code index}, rounded to float32; truth values as 0 and 1} */
    float floatAt(MemorySegment data, long index) {
        return switch (this) {
            case F16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * 2) << 16);
            case F32 -> Float.intBitsToFloat(data.get(INT, index * 4));
            case F64 -> (float) Double.longBitsToDouble(data.get(LONG, index * 8));
            default -> longAt(data, index);
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
