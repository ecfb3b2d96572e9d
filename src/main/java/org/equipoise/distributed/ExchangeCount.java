package org.equipoise.distributed;

/**
 * What ranks have exchanged.
 *
 * @param nanos time spent in exchanging and in waiting for others
 */
public record ExchangeCount(long bytes, long nanos) {
    /** Nothing. */
    public static final ExchangeCount NONE = new ExchangeCount(0, 0);

    public ExchangeCount plus(ExchangeCount other) {
        return new ExchangeCount(bytes + other.bytes, nanos + other.nanos);
    }

    public ExchangeCount since(ExchangeCount earlier) {
        return new ExchangeCount(bytes - earlier.bytes, nanos - earlier.nanos);
    }
}
