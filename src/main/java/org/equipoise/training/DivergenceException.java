package org.equipoise.training;

import org.equipoise.error.WorkFailedException;
import org.equipoise.training.health.TrainingAnomaly;

/** Thrown when training has gone wrong so that going on is of no use. */
public final class DivergenceException extends WorkFailedException {
    private static final long serialVersionUID = 1L;

    private final transient TrainingAnomaly anomaly;

    /**
     * @param anomaly what is wrong
     * @param epoch in which epoch, from 1
     * @param batch in which batch of it, from 1
     */
    DivergenceException(TrainingAnomaly anomaly, int epoch, int batch) {
        super("Training " + (anomaly.kind().fatal() ? "diverged" : "stands still") + " in epoch " + epoch + ", batch "
                + batch + ": " + anomaly.description() + ".");
        this.anomaly = anomaly;
    }

    private DivergenceException(DivergenceException cause, String message) {
        super(message, cause);
        this.anomaly = cause.anomaly;
    }

    /** {@return what is wrong} */
    public TrainingAnomaly anomaly() {
        return anomaly;
    }

    /**
     * @param addition the end of the sentence, without its full stop
     * @return the same with that after a semicolon
     */
    DivergenceException with(String addition) {
        String message = String.valueOf(getMessage()).replaceFirst("\\.$", "");
        return new DivergenceException(this, message + "; " + addition + ".");
    }
}
