package org.equipoise.cli;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes results as JSON and reads them again; constants are words in lower case, as {@code positive-nudge}. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(new Value()).addKeySerializer(Enum.class, new Key()))
            .build();

    private Json() {}

    /** {@return a record, map or list on one line} */
    static String of(Object result) {
        return MAPPER.writeValueAsString(result);
    }

    /** {@return what {@link #of} wrote} */
    static <T> T read(String json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    private static final class Value extends StdSerializer<Enum<?>> {
        Value() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum<?> constant, JsonGenerator generator, SerializationContext context) {
            generator.writeString(Text.word(constant));
        }
    }

    private static final class Key extends StdSerializer<Object> {
        Key() {
            super(Object.class);
        }

        @Override
        public void serialize(Object constant, JsonGenerator generator, SerializationContext context) {
            generator.writeName(Text.word((Enum<?>) constant));
        }
    }
}
