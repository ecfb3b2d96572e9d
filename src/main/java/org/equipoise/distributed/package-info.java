/** Training by several processes, the ranks: which images a rank has, and sums of gradients that do not depend on the number of ranks. */
@NullMarked
package org.equipoise.distributed;

import org.jspecify.annotations.NullMarked;
