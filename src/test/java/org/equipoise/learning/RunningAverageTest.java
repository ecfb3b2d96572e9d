package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Test;

/** The mean of the parameters by itself; what a run makes of it is tested where runs are. */
class RunningAverageTest {
    private static final float DECAY = 0.75f;

    /** The weights of the first layer are more than a part that one worker takes. */
    private static Configuration configuration(float decay) {
        return ConfigurationReader.read("""
                network: {input: [1, 28, 28], layers: [{linear: 96}, {linear: 3}]}
                neuron: {kind: rate, epsilon: 0.3, activation: clip}
                phases: {free: 2, nudge: 2, beta: 0.9}
                learning: {rates: [1, 1], weight-average: %s}
                training: {batch: 2, epochs: 1}
                """.formatted(decay), "test", List.of());
    }

    private static void fill(Parameters parameters, float value) {
        for (int l = 0; l < parameters.connections().size(); l++) {
            parameters.setWeights(l, values(parameters.weights(l).length, value + l));
            parameters.setBiases(l, values(parameters.biases(l).length, value - l));
        }
    }

    /** Whole numbers, of which means by halves and quarters are exact. */
    private static float[] values(int count, float first) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = first + i % 64;
        }
        return values;
    }

    private static List<float[]> values(Parameters parameters) {
        List<float[]> values = new ArrayList<>();
        for (int l = 0; l < parameters.connections().size(); l++) {
            values.add(parameters.weights(l));
            values.add(parameters.biases(l));
        }
        return values;
    }

    private static void assertShifted(List<float[]> from, double by, List<float[]> found) {
        for (int part = 0; part < from.size(); part++) {
            for (int i = 0; i < from.get(part).length; i++) {
                assertEquals(from.get(part)[i] + by, found.get(part)[i], 1e-4, "part " + part + ", value " + i);
            }
        }
    }

    private static WeightAverage open(
            Configuration configuration, Parameters parameters, Workers workers, Ledger ledger) {
        WeightAverage average =
                ledger.open(memory -> WeightAverage.in(memory, configuration.learning(), parameters, workers));
        average.restart();
        return average;
    }

    private static List<MemoryPlan> plans(Configuration configuration, Parameters parameters, Workers workers) {
        return MemoryScope.count(memory -> WeightAverage.in(memory, configuration.learning(), parameters, workers));
    }

    @Test
    void theMeanGoesItsShareOfTheWayAndChangesPlacesWithTheParameters() {
        Configuration configuration = configuration(DECAY);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(Topology.of(configuration.network()), ledger)) {
            fill(parameters, 8);
            long before = ledger.currentBytes();
            try (WeightAverage average = open(configuration, parameters, workers, ledger)) {
                assertEquals(
                        plans(configuration, parameters, workers).getFirst().totalBytes(),
                        ledger.currentBytes() - before);
                assertTrue(average.kept());
                assertEquals(
                        WeightAverage.momentNames(configuration.learning()),
                        average.moments().stream().map(Moments::name).toList());
                List<float[]> start = values(parameters);
                fill(parameters, 12);
                List<float[]> learnt = values(parameters);
                // The first update moves it by nine tenths of the way, the hundredth by a quarter.
                average.follow(1);
                average.exchange();
                assertShifted(start, 3.6, values(parameters));
                average.exchange();
                assertShifted(learnt, 0, values(parameters));
                average.follow(100);
                average.exchange();
                assertShifted(start, 3.6 + 0.1, values(parameters));
                average.exchange();
                average.restart();
                average.exchange();
                for (int part = 0; part < learnt.size(); part++) {
                    assertArrayEquals(learnt.get(part), values(parameters).get(part));
                }
            }
            assertEquals(before, ledger.currentBytes());
        }
    }

    @Test
    void withoutAnAverageThereIsNothing() {
        Configuration configuration = configuration(0);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(Topology.of(configuration.network()), ledger)) {
            fill(parameters, 8);
            List<float[]> start = values(parameters);
            long before = ledger.currentBytes();
            assertTrue(plans(configuration, parameters, workers).isEmpty());
            assertEquals(List.of(), WeightAverage.momentNames(configuration.learning()));
            try (WeightAverage none = open(configuration, parameters, workers, ledger)) {
                assertFalse(none.kept());
                assertEquals(List.of(), none.moments());
                assertEquals(before, ledger.currentBytes());
                none.follow(1);
                none.exchange();
                assertShifted(start, 0, values(parameters));
            }
        }
    }
}
