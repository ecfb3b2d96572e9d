/**
 * The arithmetic of a step and of an update, behind narrow interfaces, each with a scalar twin that is the specification
 * and a Vector API implementation.
 *
 * <p>Every floating-point sum has one order, written down in the interface and followed by both twins: results have the same
 * bits for scalar code and for every vector width.
 */
@NullMarked
package org.equipoise.kernel;

import org.jspecify.annotations.NullMarked;
