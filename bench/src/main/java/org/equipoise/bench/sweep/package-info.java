/** How the speed of training depends on what can be set. */
@NullMarked
package org.equipoise.bench.sweep;

import org.jspecify.annotations.NullMarked;
