/**
 * The tables and figures of the paper (arXiv 2405.02546), made again: networks are trained as far as was asked for, watched while they
 * settle, and what comes out says how far that was.
 */
@NullMarked
package org.equipoise.experiment.reproduce;

import org.jspecify.annotations.NullMarked;
