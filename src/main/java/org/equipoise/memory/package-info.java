/**
 * Off-heap memory: arenas with one owner and one lifetime, and the ledger that names every byte in them.
 *
 * <p>Nothing else in the engine allocates native memory. A component first states what it needs as a {@link
 * org.equipoise.memory.MemoryPlan}; the same plan predicts the footprint before a run and is the only thing an arena can be
 * opened from, so that prediction and measurement cannot drift apart.
 */
@NullMarked
package org.equipoise.memory;

import org.jspecify.annotations.NullMarked;
