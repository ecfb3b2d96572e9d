/** The two ways an operation ends badly, shared by every package: unacceptable input and failed work. */
@NullMarked
package org.equipoise.error;

import org.jspecify.annotations.NullMarked;
