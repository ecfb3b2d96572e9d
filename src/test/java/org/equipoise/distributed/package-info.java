/** Tests of ranks, most of which are threads here. */
@NullMarked
package org.equipoise.distributed;

import org.jspecify.annotations.NullMarked;
