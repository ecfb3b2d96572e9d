/** A team of threads that shares independent tasks. */
@NullMarked
package org.equipoise.parallel;

import org.jspecify.annotations.NullMarked;
