/** Ranks that MPI connects: an installed library, called through the foreign function interface. */
@NullMarked
package org.equipoise.distributed.mpi;

import org.jspecify.annotations.NullMarked;
