/** What a run is: immutable settings of network, neurons, phases, learning and training, and their YAML form. */
@NullMarked
package org.equipoise.config;

import org.jspecify.annotations.NullMarked;
