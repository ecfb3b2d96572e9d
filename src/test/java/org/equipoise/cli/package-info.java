/** Tests of the command line: what it prints, what it refuses, what it ends with. */
@NullMarked
package org.equipoise.cli;

import org.jspecify.annotations.NullMarked;
