package org.equipoise.experiment.feedforward;

/**
 * A node without state, as a linear map and what is added to its result. Maps are laid out by position and then channel, rows by unit.
 */
sealed interface Operator permits Convolution, WindowPooling, Flattening, Dense {
    /** {@return how many values come in} */
    int inputs();

    /** {@return how many values go out} */
    int outputs();

    /**
     * @param input what comes in
     * @param output what goes out, replaced
     */
    void apply(float[] input, float[] output);

    /**
     * The transpose of the linear map, which is where backward connections lead.
     *
     * @param output values at the output
     * @param input what they give at the input, replaced
     */
    void transposed(float[] output, float[] input);
}
