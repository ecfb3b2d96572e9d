/**
 * The gradient check: gradients of Equilibrium Propagation against those of back-propagation through time, step by step for rate
 * networks (the GDU property of Ernoult et al. 2019) and as a whole for spiking ones.
 */
@NullMarked
package org.equipoise.experiment.gradcheck;

import org.jspecify.annotations.NullMarked;
