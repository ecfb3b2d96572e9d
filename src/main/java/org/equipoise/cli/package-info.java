/** The command line: parses, calls, prints. */
@NullMarked
package org.equipoise.cli;

import org.jspecify.annotations.NullMarked;
