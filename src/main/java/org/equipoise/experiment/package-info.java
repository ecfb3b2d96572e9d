/** Experiments on a network: traces of its settling, and the paper's tables and figures. */
@NullMarked
package org.equipoise.experiment;

import org.jspecify.annotations.NullMarked;
