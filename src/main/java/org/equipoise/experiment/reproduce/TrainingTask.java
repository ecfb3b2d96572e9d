package org.equipoise.experiment.reproduce;

import java.util.Optional;
import org.equipoise.config.Configuration;

/** A network to be trained. */
public record TrainingTask(RunEnvironment environment, String label, Configuration configuration, TrainingScope scope) {
    /**
     * Trains the network or a variant of it.
     *
     * @param suffix what tells the variant's name from the network's
     * @return what it came to, nothing if training was stopped before its end; a later call goes on
     */
    Optional<TrainedNetwork> train(String suffix, Configuration variant) {
        TrainedNetwork trained = environment.train(label + suffix, variant, scope);
        return trained.result().complete() ? Optional.of(trained) : Optional.empty();
    }
}
