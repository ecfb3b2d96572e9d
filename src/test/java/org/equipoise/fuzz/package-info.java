/** What every parser does with bytes that nobody would write: it reads them or refuses them in one sentence, and takes little memory. */
@NullMarked
package org.equipoise.fuzz;

import org.jspecify.annotations.NullMarked;
