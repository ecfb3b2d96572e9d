package org.equipoise.bench.sweep;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One run of {@code equipoise bench}.
 *
 * @param round which round, from 0
 * @param setting what was run
 * @param command how
 * @param loadBefore processes that wanted to run before it
 * @param report its JSON
 */
record Measurement(int round, Setting setting, List<String> command, double loadBefore, JsonNode report) {
    double sampleStepsPerSecond() {
        return report.get("sampleStepsPerSecond").asDouble();
    }

    /** {@return the minutes that learning from so many images would take at this speed} */
    double minutesFor(int images) {
        double learnt = report.get("batches").asDouble() * report.get("batch").asDouble();
        double stepsOfAnImage = report.get("sampleSteps").asDouble() / learnt;
        return images * stepsOfAnImage / sampleStepsPerSecond() / 60;
    }

    double additionsPerSampleStep() {
        return report.get("additionsPerSampleStep").asDouble();
    }

    List<Double> firingRates() {
        List<Double> rates = new ArrayList<>();
        report.get("firingRates").forEach(rate -> rates.add(rate.asDouble()));
        return rates;
    }

    /** {@return the mean rate of the hidden layers, each layer alike; NaN for networks that do not spike} */
    double hiddenRate() {
        List<Double> rates = firingRates();
        return rates.size() < 3
                ? Double.NaN
                : rates.subList(1, rates.size() - 1).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN);
    }

    /** {@return a ratio to the machine's peak in the same process, or NaN where the peak was not measured} */
    double ofPeak(String field) {
        JsonNode value = report.path(field);
        return value.isNumber() ? value.asDouble() : Double.NaN;
    }
}
