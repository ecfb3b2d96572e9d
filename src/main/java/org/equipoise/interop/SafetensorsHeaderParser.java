package org.equipoise.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads the JSON of a safetensors header token by token, so that nothing but the format's own structure gets through. */
final class SafetensorsHeaderParser {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(SafetensorsHeader.LONGEST)
                    .build())
            .build();

    private final String source;
    private final JsonParser json;
    private final SequencedMap<String, TensorEntry> tensors = new LinkedHashMap<>();
    private @Nullable SequencedMap<String, String> metadata;

    private SafetensorsHeaderParser(String source, JsonParser json) {
        this.source = source;
        this.json = json;
    }

    /**
     * @param text the header
     * @param source what messages call the file
     * @param dataStart the file position of the byte after the header
     * @return its content; that the tensors fit the data is still to be checked
     * @throws BadInputException if it is no such header
     */
    static SafetensorsHeader parse(String text, String source, long dataStart) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            SafetensorsHeaderParser parser = new SafetensorsHeaderParser(source, json);
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
            if (name.equals(SafetensorsHeader.METADATA_KEY)) {
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
            throw bad("its header has " + SafetensorsHeader.METADATA_KEY + " twice", "it once");
        }
        SequencedMap<String, String> read = new LinkedHashMap<>();
        metadata = read;
        require(JsonToken.START_OBJECT, SafetensorsHeader.METADATA_KEY, "an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            require(JsonToken.VALUE_STRING, SafetensorsHeader.METADATA_KEY + " entry " + Quoted.name(key), "a string");
            if (read.putIfAbsent(key, json.getString()) != null) {
                throw bad("its metadata has " + Quoted.name(key) + " twice", "each key once");
            }
        }
    }

    private TensorEntry readTensor(String name) {
        String tensor = "tensor " + Quoted.name(name);
        SafetensorsDtype dtype = null;
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

    private TensorEntry entry(String name, SafetensorsDtype dtype, Shape shape, List<Long> offsets) {
        String tensor = "tensor " + Quoted.name(name);
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw bad(tensor + " has data_offsets " + offsets, "a beginning and an end not before it");
        }
        TensorEntry entry = new TensorEntry(name, dtype, shape, offsets.get(0), offsets.get(1));
        if (shape.elements() > Long.MAX_VALUE / dtype.bytes() || shape.elements() * dtype.bytes() != entry.byteSize()) {
            throw bad(
                    tensor + " spans " + entry.byteSize() + " bytes",
                    "the size of its shape " + shape + " in " + dtype);
        }
        return entry;
    }

    private SafetensorsDtype readDtype(String tensor) {
        require(JsonToken.VALUE_STRING, "the dtype of " + tensor, "a string");
        String name = json.getString();
        for (SafetensorsDtype dtype : SafetensorsDtype.values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        throw bad(tensor + " has dtype " + Quoted.name(name), "one of " + List.of(SafetensorsDtype.values()));
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
