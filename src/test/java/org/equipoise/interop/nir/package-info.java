@NullMarked
package org.equipoise.interop.nir;

import org.jspecify.annotations.NullMarked;
