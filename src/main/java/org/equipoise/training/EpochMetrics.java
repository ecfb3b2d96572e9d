package org.equipoise.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an epoch came to; field names are those of the metrics files.
 *
 * @param epoch which epoch, from 1
 * @param updates updates of the weights since the start
 * @param trainErrorPercent wrong answers of a hundred among the training images, each asked before it was learnt from
 * @param trainLoss mean of the loss on the same
 * @param testErrorPercent wrong answers of a hundred among the test images after the epoch
 * @param testLoss mean of the loss on the same
 * @param firingRates spikes a neuron and step of each layer, from the image on, while training; empty without spikes
 * @param sampleSteps updates of the whole network for one image since the start, tests included
 * @param sampleStepsPerSecond the same in this epoch, per second of training
 * @param seconds time since the start, in training and tests
 * @param stepsSavedPercent updates that images which had settled did without since the start, of a hundred that the phases had
 * @param freeStepsSavedPercent the same of the free phases of training in this epoch
 * @param nudgeStepsSavedPercent the same of the nudge phases in this epoch
 * @param atLowerBound share of the neurons of each layer, from the first hidden one on, whose activation lies at the lower bound of its
 *     range after the free phase of the test, {@link Saturation}; empty where a metrics file of an earlier version lacks it
 * @param atUpperBound the same of the upper bound
 * @param confusion for each true class, how many test images were given each class; empty where a metrics file lacks it
 * @param memory off-heap memory by account; without entries where a metrics file lacks it
 * @param exchange what ranks have exchanged; null for a process alone
 */
public record EpochMetrics(
        int epoch,
        long updates,
        double trainErrorPercent,
        double trainLoss,
        double testErrorPercent,
        double testLoss,
        List<Double> firingRates,
        long sampleSteps,
        double sampleStepsPerSecond,
        double seconds,
        double stepsSavedPercent,
        double freeStepsSavedPercent,
        double nudgeStepsSavedPercent,
        List<Double> atLowerBound,
        List<Double> atUpperBound,
        List<List<Integer>> confusion,
        MemoryAccounts memory,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExchangeMetrics exchange) {
    /** Puts empty lists where a line written by an earlier version has none, and refuses lists that hold nulls. */
    public EpochMetrics {
        firingRates = orEmpty(firingRates);
        atLowerBound = orEmpty(atLowerBound);
        atUpperBound = orEmpty(atUpperBound);
        confusion = orEmpty(confusion).stream().map(List::copyOf).toList();
        memory = memory == null ? MemoryAccounts.NONE : memory;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
