package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Series;
import org.equipoise.training.ErrorCurve;
import org.junit.jupiter.api.Test;

/** What the figure of errors over time shows, and on which axis. */
class TimeToErrorTest {
    private static ErrorCurve curve(String label, double seconds, double... errors) {
        return new ErrorCurve(
                label,
                null,
                IntStream.range(0, errors.length)
                        .mapToObj(i -> new ErrorCurve.Point(i + 1, seconds * (i + 1), errors[i], null))
                        .toList());
    }

    private static LinePlot plot(ErrorCurve... curves) {
        TimeToError compared = new TimeToError("", 9.0, List.of(curves));
        return (LinePlot) compared.figure().panels().getFirst();
    }

    @Test
    void aMarkIsWhereARunFirstComesToThePublishedError() {
        List<Series> series =
                plot(curve("a", 60, 12, 9, 9.5, 8), curve("b", 100, 12, 10)).series();
        assertEquals("a: 9.0 % in 2 min", series.get(0).label());
        assertEquals("b: 10.00 % in 3 min", series.get(1).label());
        assertEquals("published: 9.0 %", series.get(2).label());
        assertEquals(4, series.size());
        assertEquals(Series.Style.MARKERS, series.get(3).style());
        assertEquals(2.0, series.get(3).points().getFirst().x());
        assertEquals(9.0, series.get(3).points().getFirst().y());
    }

    @Test
    void runsOfOtherLengthsStandOnALogarithmicAxis() {
        assertEquals(
                "FROM_ZERO",
                plot(curve("a", 60, 12, 10), curve("b", 200, 12, 10))
                        .horizontal()
                        .scale()
                        .name());
        assertEquals(
                "LOGARITHMIC",
                plot(curve("a", 60, 12, 10), curve("b", 300, 12, 10))
                        .horizontal()
                        .scale()
                        .name());
        assertEquals("seconds", plot(curve("a", 1, 12, 10)).horizontal().label());
        assertEquals("hours", plot(curve("a", 90_000, 12, 10)).horizontal().label());
    }

    @Test
    void greatErrorsOfFirstEpochsAreBeyondTheFigure() {
        LinePlot plot = plot(curve("a", 60, 60, 30, 20, 10), curve("b", 60, 60, 50));
        assertEquals(
                List.of(20.0, 10.0),
                plot.series().get(0).points().stream().map(point -> point.y()).toList());
        assertEquals(1, plot.series().get(1).points().size());
        assertTrue(plot.series().get(1).style() == Series.Style.LINE_AND_MARKERS, "one point has no line");
    }

    @Test
    void durationsAreShort() {
        assertEquals("1.5 s", TimeToError.duration(1.5));
        assertEquals("90 s", TimeToError.duration(90));
        assertEquals("34 min", TimeToError.duration(34.2 * 60));
        assertEquals("3.3 h", TimeToError.duration(3.3 * 3600));
    }
}
