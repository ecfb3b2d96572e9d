/** Watches training for values that are not finite and for layers that no longer learn. */
@NullMarked
package org.equipoise.training.health;

import org.jspecify.annotations.NullMarked;
