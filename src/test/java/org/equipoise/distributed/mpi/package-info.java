/** Tests of what can be told of MPI without a launcher; src/test/mpi has the rest. */
@NullMarked
package org.equipoise.distributed.mpi;

import org.jspecify.annotations.NullMarked;
