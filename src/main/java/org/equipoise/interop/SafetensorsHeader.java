package org.equipoise.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

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
     * @return the header of a safetensors file
     * @throws BadInputException if it is no safetensors file, or not a whole and consistent one
     */
    static SafetensorsHeader read(ByteSource source) {
        int length = readLength(source);
        byte[] bytes = new byte[length];
        source.read(LENGTH_BYTES, bytes, length);
        SafetensorsHeader header = Parser.parse(decode(bytes, source.name()), source.name(), LENGTH_BYTES + length);
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
            if (isTorchs(bytes)) {
                throw new BadInputException(
                        source.name() + " is a pickle or zip file, as torch.save writes; a safetensors file,"
                                + " as safetensors.torch.save_file(model.state_dict(), …) writes, was expected.");
            }
            throw new BadInputException(source.name() + " is not a safetensors file: it starts with a header length of "
                    + Long.toUnsignedString(length) + "; 2 to " + LONGEST + " bytes were expected.");
        }
        if (length > available) {
            throw new BadInputException(source.name() + " is cut short or not a safetensors file: a header of " + length
                    + " bytes was expected and " + available + " are there.");
        }
        return (int) length;
    }

    /** Whether a file starts as a zip file or as a pickle of protocol 2 or later. */
    private static boolean isTorchs(byte[] start) {
        return start[0] == 'P' && start[1] == 'K' || start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
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

    /** Reads the JSON of a safetensors header token by token, so that nothing but the format's own structure gets through. */
    private static final class Parser {
        private static final JsonFactory JSON = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxStringLength(LONGEST).build())
                .build();

        private final String source;
        private final JsonParser json;
        private final SequencedMap<String, TensorEntry> tensors = new LinkedHashMap<>();
        private @Nullable SequencedMap<String, String> metadata;

        private Parser(String source, JsonParser json) {
            this.source = source;
            this.json = json;
        }

        /** {@return what the text says; that the tensors fit the data is still to be checked} */
        static SafetensorsHeader parse(String text, String source, long dataStart) {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
                Parser parser = new Parser(source, json);
                parser.readHeader();
                SequencedMap<String, String> metadata = parser.metadata;
                return new SafetensorsHeader(
                        parser.tensors, metadata == null ? new LinkedHashMap<>() : metadata, dataStart);
            } catch (JacksonException e) {
                // Limits of the parser are exceeded at no particular place.
                String place = e.getLocation() == null
                        ? ""
                        : " at character " + e.getLocation().getCharOffset();
                throw new BadInputException(
                        source + " has a safetensors header that is not the JSON expected" + place + ".", e);
            }
        }

        private void readHeader() {
            require(JsonToken.START_OBJECT, "its header", "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (name.equals(METADATA_KEY)) {
                    readMetadata();
                } else if (tensors.putIfAbsent(name, readTensor(name)) != null) {
                    throw bad("its header names tensor " + Quoted.name(name) + " twice", "each name once");
                }
            }
            if (json.nextToken() != null) {
                throw bad("its header goes on after its object", "nothing but spaces");
            }
        }

        private void readMetadata() {
            if (metadata != null) {
                throw bad("its header has " + METADATA_KEY + " twice", "it once");
            }
            SequencedMap<String, String> read = new LinkedHashMap<>();
            metadata = read;
            require(JsonToken.START_OBJECT, METADATA_KEY, "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                require(JsonToken.VALUE_STRING, METADATA_KEY + " entry " + Quoted.name(key), "a string");
                if (read.putIfAbsent(key, json.getString()) != null) {
                    throw bad("its metadata has " + Quoted.name(key) + " twice", "each key once");
                }
            }
        }

        private TensorEntry readTensor(String name) {
            String tensor = "tensor " + Quoted.name(name);
            String dtype = null;
            Shape shape = null;
            List<Long> offsets = null;
            require(JsonToken.START_OBJECT, tensor, "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                if (field.equals("dtype") && dtype == null) {
                    dtype = readDtype(tensor);
                } else if (field.equals("shape") && shape == null) {
                    shape = readShape(tensor);
                } else if (field.equals("data_offsets") && offsets == null) {
                    offsets = readNumbers("the data_offsets of " + tensor);
                } else {
                    throw bad(
                            tensor + " has a field " + Quoted.name(field) + " too many",
                            "dtype, shape and data_offsets, each once");
                }
            }
            if (dtype == null || shape == null || offsets == null) {
                throw bad(tensor + " is not fully described", "dtype, shape and data_offsets");
            }
            return entry(name, dtype, shape, offsets);
        }

        private TensorEntry entry(String name, String typeName, Shape shape, List<Long> offsets) {
            String tensor = "tensor " + Quoted.name(name);
            if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
                throw bad(tensor + " has data_offsets " + offsets, "a beginning and an end not before it");
            }
            Dtype dtype = dtype(typeName);
            TensorEntry entry = new TensorEntry(name, dtype, typeName, shape, offsets.get(0), offsets.get(1));
            // Of types that are not read nobody knows the size; most have a few bits.
            if (dtype != Dtype.UNREAD
                    && (shape.elements() > Long.MAX_VALUE / dtype.bytes()
                            || shape.elements() * dtype.bytes() != entry.byteSize())) {
                throw bad(
                        tensor + " spans " + entry.byteSize() + " bytes",
                        "the size of its shape " + shape + " in " + dtype);
            }
            return entry;
        }

        private String readDtype(String tensor) {
            require(JsonToken.VALUE_STRING, "the dtype of " + tensor, "a string");
            return json.getString();
        }

        /** A tensor that nobody asks for may be of any type: the format goes on growing. */
        private static Dtype dtype(String name) {
            return Arrays.stream(Dtype.values())
                    .filter(dtype -> dtype.name().equals(name))
                    .findFirst()
                    .orElse(Dtype.UNREAD);
        }

        private Shape readShape(String tensor) {
            List<Long> sizes = readNumbers("the shape of " + tensor);
            try {
                return new Shape(sizes);
            } catch (IllegalArgumentException e) {
                throw bad("the shape of " + tensor + " multiplies to 2^63 or more", "a size that can exist");
            }
        }

        private List<Long> readNumbers(String what) {
            String expected = "an array of whole numbers from 0 to 2^63-1";
            require(JsonToken.START_ARRAY, what, expected);
            List<Long> numbers = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (!whole || json.getLongValue() < 0) {
                    throw bad(what + " has something else in it", expected);
                }
                numbers.add(json.getLongValue());
            }
            return numbers;
        }

        private void require(JsonToken token, String what, String expected) {
            if (json.nextToken() != token) {
                throw bad(what + " is something else", expected);
            }
        }

        private BadInputException bad(String found, String expected) {
            return new BadInputException(
                    source + " is not a valid safetensors file: " + found + "; expected " + expected + ".");
        }
    }
}
