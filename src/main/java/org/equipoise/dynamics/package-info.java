/** Settling: how a network's neurons move towards equilibrium, in a free phase and in nudged ones. */
@NullMarked
package org.equipoise.dynamics;

import org.jspecify.annotations.NullMarked;
