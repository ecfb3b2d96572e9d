package org.equipoise.interop.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads event files on its own account: every field of every message, whatever its number, by the rules of the wire format. */
public final class DecodedEvents {
    private DecodedEvents() {}

    /** The fields of a message by their numbers; what repeats has several values. */
    public record Message(Map<Integer, List<Object>> fields) {
        public List<Object> all(int number) {
            return fields.getOrDefault(number, List.of());
        }

        public Object one(int number) {
            List<Object> values = all(number);
            if (values.size() != 1) {
                throw new IllegalStateException("field " + number + " has " + values.size() + " values");
            }
            return values.getFirst();
        }

        public String text(int number) {
            return new String((byte[]) one(number), java.nio.charset.StandardCharsets.UTF_8);
        }

        public Message message(int number) throws IOException {
            return decode((byte[]) one(number));
        }

        public List<Double> doubles(int number) {
            ByteBuffer packed = ByteBuffer.wrap((byte[]) one(number)).order(ByteOrder.LITTLE_ENDIAN);
            List<Double> values = new ArrayList<>();
            while (packed.hasRemaining()) {
                values.add(packed.getDouble());
            }
            return values;
        }

        /** The values of an event's summary by tag. */
        public Map<String, Message> summary() throws IOException {
            Map<String, Message> values = new LinkedHashMap<>();
            if (!all(5).isEmpty()) {
                for (Object value : message(5).all(1)) {
                    Message decoded = decode((byte[]) value);
                    values.put(decoded.text(1), decoded);
                }
            }
            return values;
        }
    }

    /** The messages of a file whose frames and checksums are all right. */
    public static List<Message> of(Path file) throws IOException {
        List<Message> messages = new ArrayList<>();
        for (byte[] data : frames(file)) {
            messages.add(decode(data));
        }
        return messages;
    }

    /** What the frames of a file hold, all of whose checksums are right. */
    static List<byte[]> frames(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> frames = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            requireChecksum(length, bytes.getInt());
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            bytes.get(data);
            requireChecksum(data, bytes.getInt());
            frames.add(data);
        }
        return frames;
    }

    private static void requireChecksum(byte[] data, int masked) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int unmasked = masked - 0xa282ead8;
        int rotated = unmasked >>> 17 | unmasked << 15;
        if (rotated != (int) crc.getValue()) {
            throw new IllegalStateException("a checksum is wrong");
        }
    }

    private static Message decode(byte[] data) throws IOException {
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(data);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Object value = switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
                case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                default -> throw new IllegalStateException("wire type of tag " + tag);
            };
            fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), number -> new ArrayList<>())
                    .add(value);
        }
        return new Message(fields);
    }
}
