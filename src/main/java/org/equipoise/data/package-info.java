/**
 * Images with labels: reading them from IDX files, finding them by name, and the order in which they are learned.
 *
 * <p>{@link org.equipoise.data.KnownDataset} says what the data sets with a name are, {@link org.equipoise.data.Catalogue} opens one by
 * name or folder, {@link org.equipoise.data.ImageSet} holds one split
 * of it and {@link org.equipoise.data.ExampleOrder} shuffles it. Fetching is in {@code org.equipoise.data.fetch}.
 */
@NullMarked
package org.equipoise.data;

import org.jspecify.annotations.NullMarked;
