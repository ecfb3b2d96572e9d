package org.equipoise.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.equipoise.error.BadInputException;

/**
 * The header of a safetensors file, checked against the bytes that follow it: the tensors cover them all, without gap or overlap.
 *
 * @param tensors entries by name, in the order of the header
 * @param metadata free text by key, in the order of the header
 * @param dataStart the file position of the first byte of data
 */
record SafetensorsHeader(
        SequencedMap<String, TensorEntry> tensors, SequencedMap<String, String> metadata, long dataStart) {
    /** Bytes of the length that a file starts with. */
    static final int LENGTH_BYTES = Long.BYTES;

    /** The longest header that the reference implementation reads. */
    static final int LONGEST = 100_000_000;

    /** The key of the header that names no tensor. */
    static final String METADATA_KEY = "__metadata__";

    SafetensorsHeader {
        tensors = Collections.unmodifiableSequencedMap(tensors);
        metadata = Collections.unmodifiableSequencedMap(metadata);
    }

    /**
     * @param source a safetensors file
     * @return its header
     * @throws BadInputException if it is no safetensors file, or not a whole and consistent one
     */
    static SafetensorsHeader read(ByteSource source) {
        int length = readLength(source);
        byte[] bytes = new byte[length];
        source.read(LENGTH_BYTES, bytes, length);
        SafetensorsHeader header =
                SafetensorsHeaderParser.parse(decode(bytes, source.name()), source.name(), LENGTH_BYTES + length);
        header.checkCoverage(source.name(), source.size() - header.dataStart);
        return header;
    }

    private static int readLength(ByteSource source) {
        long available = source.size() - LENGTH_BYTES;
        if (available < 0) {
            throw new BadInputException(source.name() + " holds " + source.size()
                    + " bytes; a safetensors file, which starts with a header length of 8 bytes, was expected.");
        }
        byte[] bytes = new byte[LENGTH_BYTES];
        source.read(0, bytes, LENGTH_BYTES);
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > LONGEST) {
            throw new BadInputException(source.name() + " is not a safetensors file: it starts with a header length of "
                    + Long.toUnsignedString(length) + "; 2 to " + LONGEST + " bytes were expected.");
        }
        if (length > available) {
            throw new BadInputException(source.name() + " is cut short or not a safetensors file: a header of " + length
                    + " bytes was expected and " + available + " are there.");
        }
        return (int) length;
    }

    private static String decode(byte[] bytes, String source) {
        if (bytes[0] != '{') {
            throw new BadInputException(
                    source + " is not a safetensors file: its header does not start with '{' as was expected.");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException(source + " has a header that is not UTF-8 text as was expected.", e);
        }
    }

    private void checkCoverage(String source, long dataBytes) {
        long covered = 0;
        for (TensorEntry entry : inDataOrder(tensors)) {
            if (entry.end() > dataBytes) {
                throw new BadInputException(source + " is cut short: tensor " + Quoted.name(entry.name())
                        + " ends at byte " + entry.end() + " of the data, of which " + dataBytes + " are there.");
            }
            if (entry.begin() != covered) {
                throw new BadInputException(source + " has tensor " + Quoted.name(entry.name()) + " begin at byte "
                        + entry.begin() + " of the data, which "
                        + (entry.begin() < covered ? "overlaps" : "leaves a gap")
                        + "; byte " + covered + " was expected.");
            }
            covered = entry.end();
        }
        if (covered != dataBytes) {
            throw new BadInputException(source + " has " + dataBytes + " bytes of data; the " + covered
                    + " that its tensors cover were expected.");
        }
    }

    private static List<TensorEntry> inDataOrder(Map<String, TensorEntry> tensors) {
        return tensors.values().stream()
                .sorted(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
                .toList();
    }
}
