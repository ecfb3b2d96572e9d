package org.equipoise.interop;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Python dictionary that an {@code .npy} file has for a header: the keys {@code descr}, {@code fortran_order} and
 * {@code shape} in any order, each once, then spaces and a line feed.
 */
final class NpyHeaderParser {
    private final String text;
    private final String source;
    private int position;

    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable Shape shape;

    private NpyHeaderParser(String text, String source) {
        this.text = text;
        this.source = source;
    }

    /**
     * @param text the dictionary
     * @param source what messages call the file
     * @param dataStart the file position of the byte after the header
     * @return its content; that it fits the data is still to be checked
     * @throws BadInputException if it is no such dictionary, or has a type that is not read
     */
    static NpyHeader parse(String text, String source, long dataStart) {
        NpyHeaderParser parser = new NpyHeaderParser(text, source);
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
        NpyDtype dtype = NpyDtype.of(typeCode).orElseThrow(this::unreadType);
        boolean ordered = order == '<' || order == '>';
        if (!ordered && !(order == '|' && dtype.bytes() == 1)) {
            throw unreadType();
        }
        return new NpyHeader(dtype, order == '>', fortranOrder, shape, dataStart);
    }

    private BadInputException unreadType() {
        String type = descr != null && descr.startsWith("|O") ? "Python objects" : "values of type " + descr;
        return new BadInputException(
                source + " holds " + type.replaceAll("\\p{C}", "?") + "; expected b1, u1, i1, i2, i4, i8, f4 or f8.");
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
                throw new BadInputException(source + " holds records of several fields; expected one number a value.");
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
        return new BadInputException(
                source + " has a NumPy header that is wrong at character " + position + "; expected " + expected + ".");
    }
}
