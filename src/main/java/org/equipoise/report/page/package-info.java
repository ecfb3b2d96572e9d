/**
 * The page of a report: what is shown, worked out here, and how, in the templates of {@code src/main/jte}, which the build turns into
 * Java. A page stands alone: styles, charts and pictures are inside it.
 */
@NullMarked
package org.equipoise.report.page;

import org.jspecify.annotations.NullMarked;
