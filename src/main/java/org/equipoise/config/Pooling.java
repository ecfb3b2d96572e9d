package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/** What follows a convolution. */
public sealed interface Pooling {
    /** How it is written. */
    Form<Pooling> FORM = Form.of(
            "none, or avg or max and the side of a window from 2 to 16, as avg2, or {max: 2, winners: decoded}",
            Pooling::read);

    /** No pooling. */
    record None() implements Pooling {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** The mean over windows that do not overlap; rows and columns that fill no whole window are dropped. */
    record Average(int size) implements Pooling {
        /** Refuses windows of one neuron and windows larger than any map. */
        public Average {
            requireSide("avg", size);
        }

        @Override
        public String toString() {
            return "avg" + size;
        }
    }

    /** The maximum over windows that do not overlap; rows and columns that fill no whole window are dropped. */
    record Maximum(int size, Winners winners) implements Pooling {
        /** Refuses windows of one neuron and windows larger than any map. */
        public Maximum {
            requireSide("max", size);
        }

        /** The winners are found among what is sent. */
        public Maximum(int size) {
            this(size, Winners.SENT);
        }

        @Override
        public String toString() {
            return winners == Winners.SENT ? "max" + size : "{max: " + size + ", winners: " + Form.word(winners) + "}";
        }
    }

    /** By what the winners of maximum pooling are found, through which a layer receives and sends back. */
    enum Winners {
        /** By what is sent in each step: of spiking neurons by single spikes. */
        SENT,
        /** By the activations in each step, which spikes stand for. */
        DECODED,
        /** By the activations in each step of the free phase; in nudge phases they stay those that it ends with. */
        HELD
    }

    private static Pooling read(SettingReader reader) {
        if (reader.isMapping()) {
            reader.onlyKeys(List.of("max", "winners"));
            return new Maximum(
                    reader.required("max").integer(),
                    Form.choice(List.of(Winners.values()), Form::word).read(reader.required("winners")));
        }
        String text = reader.text();
        if (text.equals("none")) {
            return new None();
        }
        if (text.matches("(avg|max)\\d{1,3}")) {
            int side = Integer.parseInt(text.substring("avg".length()));
            return text.startsWith("avg") ? new Average(side) : new Maximum(side);
        }
        throw new BadInputException(
                reader.path() + " is '" + text + "' (" + reader.tree().where()
                        + "); 'none', or the average or maximum over a window, such as 'avg2' or 'max2', was expected.");
    }

    private static void requireSide(String kind, int size) {
        if (size < 2 || size > 16) {
            throw new BadInputException("A layer of network.layers has pool: " + kind + size
                    + "; a window side from 2 to 16, such as " + kind + "2, was expected.");
        }
    }

    /** {@return the side of the pooling window, 1 for none} */
    default int window() {
        return switch (this) {
            case None none -> 1;
            case Average average -> average.size();
            case Maximum maximum -> maximum.size();
        };
    }
}
