/** Random numbers as pure functions of what they are for. */
@NullMarked
package org.equipoise.random;

import org.jspecify.annotations.NullMarked;
