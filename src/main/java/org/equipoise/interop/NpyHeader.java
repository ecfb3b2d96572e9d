package org.equipoise.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * The header of an {@code .npy} file, checked against the number of bytes that follow it.
 *
 * @param fortranOrder whether they are stored column-major
 * @param dataStart the file position of the first value
 */
record NpyHeader(Dtype dtype, boolean bigEndian, boolean fortranOrder, Shape shape, long dataStart) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREFIX_BYTES = MAGIC.length + 2;
    private static final int ALIGNMENT = 64;

    /** Far more than any shape needs. */
    private static final int LONGEST = 1 << 20;

    /** The most bytes of data that are read into one array. */
    static final int MAX_DATA_BYTES = Integer.MAX_VALUE - 8;

    /**
     * @return the header of an {@code .npy} file
     * @throws BadInputException if it is no such file, or not a whole one, or of a type that is not read
     */
    static NpyHeader read(ByteSource source) {
        byte[] prefix = new byte[PREFIX_BYTES];
        int read = (int) Math.min(PREFIX_BYTES, source.size());
        source.read(0, prefix, read);
        if (!Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new BadInputException(
                    source.name() + " is not a NumPy file; one that starts with \\x93NUMPY was expected.");
        }
        requireBytes(source, PREFIX_BYTES);
        int major = Byte.toUnsignedInt(prefix[MAGIC.length]);
        int minor = Byte.toUnsignedInt(prefix[MAGIC.length + 1]);
        if (major < 1 || major > 3 || minor != 0) {
            throw new BadInputException(source.name() + " has version " + major + "." + minor
                    + " of the NumPy format; 1.0, 2.0 or 3.0 was expected.");
        }
        int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
        long length = readLength(source, lengthBytes);
        long dataStart = PREFIX_BYTES + lengthBytes + length;
        requireBytes(source, dataStart);
        byte[] text = new byte[(int) length];
        source.read(dataStart - length, text, text.length);
        String decoded = decode(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1, source.name());
        NpyHeader header = Parser.parse(decoded, source.name(), dataStart);
        header.requireSize(source);
        return header;
    }

    /** {@return the header, of version 1.0, that an {@code .npy} file with an array starts with} */
    static byte[] format(NpyArray array) {
        String sizes = array.shape().sizes().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '" + array.dtype().numpyName() + "', 'fortran_order': False, 'shape': (" + sizes
                + (array.shape().rank() == 1 ? ",), }" : "), }");
        int start = PREFIX_BYTES + Short.BYTES;
        int total = Math.ceilDiv(start + dictionary.length() + 1, ALIGNMENT) * ALIGNMENT;
        if (total - start > 0xFFFF) {
            throw new IllegalArgumentException("An array of " + array.shape().rank() + " axes has too long a header");
        }
        byte[] header = new byte[total];
        Arrays.fill(header, (byte) ' ');
        header[total - 1] = '\n';
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (total - start))
                .put(dictionary.getBytes(StandardCharsets.US_ASCII));
        return header;
    }

    /** {@return how many bytes the values take} */
    int dataBytes() {
        return (int) (shape.elements() * dtype.bytes());
    }

    private static long readLength(ByteSource source, int lengthBytes) {
        requireBytes(source, PREFIX_BYTES + lengthBytes);
        byte[] bytes = new byte[Long.BYTES];
        source.read(PREFIX_BYTES, bytes, lengthBytes);
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length > LONGEST) {
            throw new BadInputException(source.name() + " has a NumPy header of " + length + " bytes; at most "
                    + LONGEST + " were expected.");
        }
        return length;
    }

    private static String decode(byte[] text, Charset charset, String source) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException(source + " has a NumPy header that is not UTF-8 text as was expected.", e);
        }
    }

    private static void requireBytes(ByteSource source, long expected) {
        if (source.size() < expected) {
            throw new BadInputException(source.name() + " is cut short: it ends after " + source.size()
                    + " bytes; a NumPy header of " + expected + " was expected.");
        }
    }

    private void requireSize(ByteSource source) {
        if (shape.elements() > MAX_DATA_BYTES / dtype.bytes()) {
            throw new BadInputException(source.name() + " says it holds an array of shape " + shape + " and type "
                    + dtype.numpyName() + "; at most 2^31 bytes were expected.");
        }
        long there = source.size() - dataStart;
        if (there != dataBytes()) {
            throw new BadInputException(source.name()
                    + (there < dataBytes() ? " is cut short" : " goes on after its end")
                    + ": it has " + there + " bytes of data; " + dataBytes() + " were expected for shape " + shape
                    + " and type " + dtype.numpyName() + ".");
        }
    }

    /**
     * Reads the Python dictionary that an {@code .npy} file has for a header: the keys {@code descr}, {@code fortran_order} and
     * {@code shape} in any order, each once, then spaces and a line feed.
     */
    private static final class Parser {
        private final String text;
        private final String source;
        private int position;

        private @Nullable String descr;
        private @Nullable Boolean fortranOrder;
        private @Nullable Shape shape;

        private Parser(String text, String source) {
            this.text = text;
            this.source = source;
        }

        /** {@return what the dictionary says; that it fits the data is still to be checked} */
        static NpyHeader parse(String text, String source, long dataStart) {
            Parser parser = new Parser(text, source);
            parser.readDictionary();
            return parser.header(dataStart);
        }

        private NpyHeader header(long dataStart) {
            if (descr == null || fortranOrder == null || shape == null) {
                throw new BadInputException(
                        source + " has a NumPy header without descr, fortran_order or shape, which were expected.");
            }
            char order = descr.isEmpty() ? ' ' : descr.charAt(0);
            String typeCode = descr.isEmpty() ? "" : descr.substring(1);
            Dtype dtype = Dtype.ofNumpyCode(typeCode).orElseThrow(this::unreadType);
            boolean ordered = order == '<' || order == '>';
            if (!ordered && !(order == '|' && dtype.bytes() == 1)) {
                throw unreadType();
            }
            return new NpyHeader(dtype, order == '>', fortranOrder, shape, dataStart);
        }

        private BadInputException unreadType() {
            String type = descr != null && descr.startsWith("|O") ? "Python objects" : "values of type " + descr;
            return new BadInputException(source + " holds " + type.replaceAll("\\p{C}", "?") + "; one of "
                    + String.join(", ", Dtype.numpyCodes()) + " was expected.");
        }

        private void readDictionary() {
            skipSpaces();
            expect('{');
            skipSpaces();
            while (!accept('}')) {
                readEntry();
                skipSpaces();
                if (!accept(',')) {
                    expect('}');
                    break;
                }
                skipSpaces();
            }
            skipSpaces();
            expect('\n');
            if (position != text.length()) {
                throw unexpected("its end");
            }
        }

        private void readEntry() {
            int start = position;
            String key = readString();
            skipSpaces();
            expect(':');
            skipSpaces();
            if (key.equals("descr") && descr == null) {
                if (peek() == '[') {
                    throw new BadInputException(
                            source + " holds records of several fields; expected one number a value.");
                }
                descr = readString();
            } else if (key.equals("fortran_order") && fortranOrder == null) {
                fortranOrder = readTruth();
            } else if (key.equals("shape") && shape == null) {
                shape = readShape();
            } else {
                position = start;
                throw unexpected("descr, fortran_order and shape, each once");
            }
        }

        private String readString() {
            char quote = peek() == '"' ? '"' : '\'';
            expect(quote);
            int end = text.indexOf(quote, position);
            if (end < 0 || text.substring(position, end).contains("\\")) {
                throw unexpected("a plain string");
            }
            String string = text.substring(position, end);
            position = end + 1;
            return string;
        }

        private boolean readTruth() {
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, position)) {
                    position += word.length();
                    return word.equals("True");
                }
            }
            throw unexpected("True or False");
        }

        private Shape readShape() {
            int start = position;
            List<Long> sizes = new ArrayList<>();
            expect('(');
            skipSpaces();
            boolean comma = true;
            while (!accept(')')) {
                if (!comma) {
                    throw unexpected("a comma");
                }
                sizes.add(readSize());
                skipSpaces();
                comma = accept(',');
                skipSpaces();
            }
            if (sizes.size() == 1 && !comma) {
                throw unexpected("a comma in a shape of one axis");
            }
            try {
                return new Shape(sizes);
            } catch (IllegalArgumentException e) {
                position = start;
                throw unexpected("a shape of fewer than 2^63 values");
            }
        }

        private long readSize() {
            int start = position;
            while (peek() >= '0' && peek() <= '9') {
                position++;
            }
            try {
                return Long.parseLong(text, start, position, 10);
            } catch (NumberFormatException e) {
                position = start;
                throw unexpected("a size from 0 to 2^63-1");
            }
        }

        private void skipSpaces() {
            while (peek() == ' ') {
                position++;
            }
        }

        /** {@return the next character, or 0 at the end} */
        private char peek() {
            return position < text.length() ? text.charAt(position) : 0;
        }

        private boolean accept(char character) {
            if (peek() != character) {
                return false;
            }
            position++;
            return true;
        }

        private void expect(char character) {
            if (!accept(character)) {
                throw unexpected(character == '\n' ? "spaces and a line feed" : "'" + character + "'");
            }
        }

        private BadInputException unexpected(String expected) {
            return new BadInputException(source + " has a NumPy header that is wrong at character " + position
                    + "; expected " + expected + ".");
        }
    }
}
