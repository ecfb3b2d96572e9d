package org.equipoise.interop.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/** Event files as TensorFlow's own classes understand them, by the definitions that TensorBoard reads by. */
class TensorFlowReadsEventsTest {
    @TempDir
    Path folder;

    private static List<Event> events(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        for (byte[] frame : DecodedEvents.frames(file)) {
            Event event = Event.parseFrom(frame);
            requireKnown(event);
            events.add(event);
        }
        return events;
    }

    /** Every field has a number and a type that the definitions know. */
    private static void requireKnown(Message message) {
        assertTrue(message.getUnknownFields().asMap().isEmpty(), message.toString());
        message.getAllFields().values().forEach(TensorFlowReadsEventsTest::requireAllKnown);
    }

    private static void requireAllKnown(Object value) {
        if (value instanceof Message inner) {
            requireKnown(inner);
        } else if (value instanceof List<?> items) {
            items.forEach(TensorFlowReadsEventsTest::requireAllKnown);
        }
    }

    @Test
    void everyKindOfValueIsReadBack() throws IOException {
        byte[] png = {1, 2, 3};
        float[] numbers = {-1, 0, 0.5f, 0.5f, 2};
        List<Event> events;
        try (EventFile file = new EventFile(folder, Clock.systemUTC())) {
            file.resumeFrom(7);
            file.add(
                    42,
                    List.of(
                            new SummaryValue.Scalar("error/test", 12.5),
                            new SummaryValue.Histogram("layers.0.weight", Distribution.of(numbers)),
                            new SummaryValue.Image("filters", 5, 7, png)));
            events = events(file.file());
        }
        assertEquals("brain.Event:2", events.get(0).getFileVersion());
        assertEquals(
                SessionLog.SessionStatus.START, events.get(1).getSessionLog().getStatus());
        assertEquals(7, events.get(1).getStep());

        Event event = events.get(2);
        assertEquals(42, event.getStep());
        assertEquals(3, event.getSummary().getValueCount());
        Summary.Value scalar = event.getSummary().getValue(0);
        assertEquals("error/test", scalar.getTag());
        assertEquals(12.5f, scalar.getSimpleValue());

        HistogramProto histogram = event.getSummary().getValue(1).getHisto();
        assertEquals(-1, histogram.getMin());
        assertEquals(2, histogram.getMax());
        assertEquals(5, histogram.getNum());
        assertEquals(2, histogram.getSum());
        assertEquals(5.5, histogram.getSumSquares());
        assertEquals(histogram.getBucketLimitCount(), histogram.getBucketCount());
        assertEquals(
                5,
                histogram.getBucketList().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum());

        Summary.Image image = event.getSummary().getValue(2).getImage();
        assertEquals(List.of(7, 5), List.of(image.getHeight(), image.getWidth()));
        assertArrayEquals(png, image.getEncodedImageString().toByteArray());
    }
}
