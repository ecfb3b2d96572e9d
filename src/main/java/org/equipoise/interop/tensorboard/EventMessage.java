package org.equipoise.interop.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Encodes {@code Event} messages; the numbers are those of the fields in TensorFlow's event.proto and summary.proto. */
final class EventMessage {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;

    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SCALAR = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int VALUE_HISTOGRAM = 5;

    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_CHANNELS = 3;
    private static final int IMAGE_PNG = 4;
    private static final int RED_GREEN_BLUE_ALPHA = 4;

    private static final int HISTOGRAM_MIN = 1;
    private static final int HISTOGRAM_MAX = 2;
    private static final int HISTOGRAM_COUNT = 3;
    private static final int HISTOGRAM_SUM = 4;
    private static final int HISTOGRAM_SQUARES = 5;
    private static final int HISTOGRAM_LIMITS = 6;
    private static final int HISTOGRAM_COUNTS = 7;

    /** Writes the fields of a message. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private EventMessage() {}

    /** {@return the message that every file begins with} */
    static byte[] fileVersion(double wallTime) {
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeString(FILE_VERSION, "brain.Event:2");
        });
    }

    /** {@return a message that a run goes on from a step, which voids what was written about that step and later ones} */
    static byte[] sessionStart(double wallTime, long step) {
        byte[] log = message(out -> out.writeEnum(SESSION_STATUS, SESSION_START));
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeInt64(STEP, step);
            out.writeByteArray(SESSION_LOG, log);
        });
    }

    /** {@return a message with values of a step} */
    static byte[] summary(double wallTime, long step, List<? extends SummaryValue> values) {
        byte[] summary = message(out -> {
            for (SummaryValue value : values) {
                out.writeByteArray(SUMMARY_VALUE, value(value));
            }
        });
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeInt64(STEP, step);
            out.writeByteArray(SUMMARY, summary);
        });
    }

    private static byte[] value(SummaryValue value) {
        return message(out -> {
            out.writeString(VALUE_TAG, value.tag());
            switch (value) {
                case SummaryValue.Scalar scalar -> out.writeFloat(VALUE_SCALAR, (float) scalar.value());
                case SummaryValue.Image image -> out.writeByteArray(VALUE_IMAGE, image(image));
                case SummaryValue.Histogram histogram ->
                    out.writeByteArray(VALUE_HISTOGRAM, histogram(histogram.distribution()));
            }
        });
    }

    private static byte[] image(SummaryValue.Image image) {
        return message(out -> {
            out.writeInt32(IMAGE_HEIGHT, image.height());
            out.writeInt32(IMAGE_WIDTH, image.width());
            out.writeInt32(IMAGE_CHANNELS, RED_GREEN_BLUE_ALPHA);
            out.writeBytes(IMAGE_PNG, ByteString.copyFrom(image.png()));
        });
    }

    private static byte[] histogram(Distribution distribution) {
        return message(out -> {
            out.writeDouble(HISTOGRAM_MIN, distribution.min());
            out.writeDouble(HISTOGRAM_MAX, distribution.max());
            out.writeDouble(HISTOGRAM_COUNT, (double) distribution.count());
            out.writeDouble(HISTOGRAM_SUM, distribution.sum());
            out.writeDouble(HISTOGRAM_SQUARES, distribution.sumOfSquares());
            packed(out, HISTOGRAM_LIMITS, distribution.limits());
            packed(out, HISTOGRAM_COUNTS, distribution.counts());
        });
    }

    private static void packed(CodedOutputStream out, int field, List<? extends Number> values) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(values.size() * Double.BYTES);
        for (Number value : values) {
            out.writeDoubleNoTag(value.doubleValue());
        }
    }

    private static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
    }
}
