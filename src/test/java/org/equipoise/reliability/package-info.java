/** Whole processes that are killed, and what is left of them. */
@NullMarked
package org.equipoise.reliability;

import org.jspecify.annotations.NullMarked;
