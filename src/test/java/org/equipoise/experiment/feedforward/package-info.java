@NullMarked
package org.equipoise.experiment.feedforward;

import org.jspecify.annotations.NullMarked;
