package org.equipoise.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineChartTest {
    private static final LineChart.Labels LABELS = new LineChart.Labels("Error", "epochs", "percent");

    private static Curve curve(double... values) {
        List<Curve.Point> points = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            points.add(new Curve.Point(i, values[i]));
        }
        return new Curve("test", "c0", points);
    }

    @Test
    void pathsReachFromAxisToAxis() {
        Curve curve = curve(10, 0, 5);
        LineChart chart = LineChart.linear("id", LABELS, List.of(curve), null, null);
        assertEquals("M46 16L198 180L350 98", chart.path(curve));
    }

    @Test
    void whatIsNoNumberIsAGap() {
        Curve curve = curve(10, Double.NaN, 5, 0);
        LineChart chart = LineChart.linear("id", LABELS, List.of(curve), null, null);
        assertEquals(2, chart.path(curve).chars().filter(c -> c == 'M').count());
        assertEquals(3, chart.dots(curve).size());
    }

    @Test
    void zeroIsAGapOnALogarithmicAxis() {
        Curve curve = curve(1, 0.1, 0);
        LineChart chart = LineChart.logarithmic("id", LABELS, List.of(curve), null, null);
        assertEquals("M46 16L198 180", chart.path(curve));
    }

    @Test
    void aChartWithoutAnyNumberIsStillOne() {
        Curve curve = curve(Double.NaN, Double.NaN);
        for (LineChart chart : List.of(
                LineChart.linear("id", LABELS, List.of(curve), null, null),
                LineChart.logarithmic("id", LABELS, List.of(curve), null, null))) {
            assertEquals("", chart.path(curve));
            assertTrue(chart.verticalTicks().size() > 1);
        }
    }

    @Test
    void aSinglePointIsADot() {
        Curve curve = curve(3);
        LineChart chart = LineChart.linear("id", LABELS, List.of(curve), null, null);
        assertEquals(1, chart.dots(curve).size());
        assertEquals("test: 3 at 0", chart.dots(curve).getFirst().label());
    }

    @Test
    void manyPointsHaveNoDots() {
        assertTrue(LineChart.linear("id", LABELS, List.of(curve(new double[100])), null, null)
                .dots(curve(new double[100]))
                .isEmpty());
    }

    @Test
    void theDescriptionSaysWhereALineBeginsAndEnds() {
        String description = LineChart.linear("id", LABELS, List.of(curve(30, 4.5, 6)), null, null)
                .description();
        assertEquals("percent over epochs. test from 30 to 6, between 4.5 and 30.", description);
    }

    @Test
    void longTablesAreThinnedAndSaySo() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(List.of(Integer.toString(i)));
        }
        Table table = new Table("Values", List.of("step"), rows).thinned();
        assertEquals("Values (every 5th row)", table.caption());
        assertEquals(61, table.rows().size());
        assertEquals(List.of("299"), table.rows().getLast());
        assertEquals(
                rows.subList(0, 60),
                new Table("v", List.of("s"), rows.subList(0, 60)).thinned().rows());
    }

    @Test
    void numbersAreBrief() {
        assertEquals("0", Numbers.brief(0));
        assertEquals("0.0123", Numbers.brief(0.0123));
        assertEquals("1.2e-5", Numbers.brief(1.2e-5));
        assertEquals("3.142", Numbers.brief(Math.PI));
        assertEquals("1,200", Numbers.brief(1200));
        assertEquals("1e-4", Numbers.brief(1e-4));
        assertEquals("0.5 M", Numbers.brief(500_000, 2e6));
        assertEquals("0", Numbers.brief(0, 2e6));
        assertEquals("12,346", Numbers.brief(12345.6));
        assertEquals("2.5 M", Numbers.brief(2_500_000));
        assertEquals("-7", Numbers.brief(-7));
        assertEquals("–", Numbers.brief(Double.NaN));
        assertEquals("9.5 s", Numbers.duration(9.5));
        assertEquals("1 min 02 s", Numbers.duration(62));
        assertEquals("25 h 01 min", Numbers.duration(25 * 3600 + 65));
    }
}
