/** The launcher script at the root of the project. */
@NullMarked
package org.equipoise.launcher;

import org.jspecify.annotations.NullMarked;
