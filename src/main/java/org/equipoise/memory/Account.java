package org.equipoise.memory;

import java.util.Locale;

/** What a piece of off-heap memory is for. */
public enum Account {
    /** Master weights and biases and the layouts derived from them. */
    PARAMETERS,
    /** Accumulated outer products before they are applied. */
    GRADIENTS,
    /** State that an optimiser keeps between updates. */
    OPTIMISER,
    /** Real-valued neuron state: activations, decoders, encoders, currents. */
    STATES,
    /** Bit-packed spikes. */
    SPIKES,
    /** Space whose contents do not outlive a step: event lists, temporaries. */
    SCRATCH,
    /** What back-propagation through time must remember of a forward pass. */
    TAPE,
    /** What ranks that learn together send and receive. */
    EXCHANGE,
    /** Images and labels. */
    DATA;

    /** {@return the name used in reports, in lower case} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
