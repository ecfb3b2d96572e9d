/** What a report says of a run: read from its folder, or computed anew from its network and its images. */
@NullMarked
package org.equipoise.report.analysis;

import org.jspecify.annotations.NullMarked;
