/** Logs of a run for other programs to show while it goes on. */
@NullMarked
package org.equipoise.report.log;

import org.jspecify.annotations.NullMarked;
