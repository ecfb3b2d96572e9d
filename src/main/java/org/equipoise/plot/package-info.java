/**
 * Tables as CSV and Markdown, and figures in the house style as PNG images: what is drawn is a value ({@link org.equipoise.plot.Plot}), and one class draws it.
 *
 * <p>Nothing here needs a display. Colours can be told apart with any kind of colour vision (Okabe and Ito 2008).
 */
@NullMarked
package org.equipoise.plot;

import org.jspecify.annotations.NullMarked;
