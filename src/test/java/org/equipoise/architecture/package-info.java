/** Rules that hold for the code as a whole. */
@NullMarked
package org.equipoise.architecture;

import org.jspecify.annotations.NullMarked;
