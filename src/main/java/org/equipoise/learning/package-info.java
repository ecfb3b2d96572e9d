/** Learning: gradients estimated from settled states or walked back through time, and the optimiser that applies them. */
@NullMarked
package org.equipoise.learning;

import org.jspecify.annotations.NullMarked;
