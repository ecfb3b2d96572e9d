/** The immutable shape of a network and its parameters: master weights and the layouts that kernels read. */
@NullMarked
package org.equipoise.network;

import org.jspecify.annotations.NullMarked;
