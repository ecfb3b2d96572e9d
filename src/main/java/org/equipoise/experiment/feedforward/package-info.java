/**
 * The part of a network that runs from the image to the output, as a NIR graph of integrate-and-fire neurons for other simulators and for
 * hardware, and what is lost with the connections backwards.
 */
@NullMarked
package org.equipoise.experiment.feedforward;

import org.jspecify.annotations.NullMarked;
