/** Shapes and layouts over off-heap memory: real-valued state, bit-packed spikes, and the lists of neurons that fired. */
@NullMarked
package org.equipoise.tensor;

import org.jspecify.annotations.NullMarked;
