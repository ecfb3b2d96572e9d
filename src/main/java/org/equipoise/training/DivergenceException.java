package org.equipoise.training;

import org.equipoise.error.WorkFailedException;
import org.equipoise.training.health.Trouble;

/** Thrown when training has gone wrong so that going on is of no use. */
public final class DivergenceException extends WorkFailedException {
    private static final long serialVersionUID = 1L;

    private final transient Trouble trouble;

    /**
     * @param trouble what is wrong
     * @param epoch in which epoch, from 1
     * @param batch in which batch of it, from 1
     */
    DivergenceException(Trouble trouble, int epoch, int batch) {
        super("Training " + (trouble.kind().fatal() ? "diverged" : "stands still") + " in epoch " + epoch + ", batch "
                + batch + ": " + trouble.description() + ".");
        this.trouble = trouble;
    }

    private DivergenceException(DivergenceException cause, String message) {
        super(message, cause);
        this.trouble = cause.trouble;
    }

    /** {@return what is wrong} */
    public Trouble trouble() {
        return trouble;
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
