/** Training runs: epochs and batches, tests on held-out images, checkpoints and the run directory. */
@NullMarked
package org.equipoise.training;

import org.jspecify.annotations.NullMarked;
