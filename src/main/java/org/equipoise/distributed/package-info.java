/** Several processes, the ranks, that learn from one batch together: who has which images, and sums that do not depend on it. */
@NullMarked
package org.equipoise.distributed;

import org.jspecify.annotations.NullMarked;
