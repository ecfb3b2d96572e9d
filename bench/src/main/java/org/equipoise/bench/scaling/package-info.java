/** How far training that several machines share would scale: measurements on this machine, and a model fitted to them. */
@NullMarked
package org.equipoise.bench.scaling;

import org.jspecify.annotations.NullMarked;
