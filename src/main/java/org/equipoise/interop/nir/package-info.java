/**
 * Networks in the Neuromorphic Intermediate Representation (NIR; Pedersen et al. 2024), an HDF5 file of a graph of nodes that simulators
 * and neuromorphic hardware read.
 *
 * <p>The rules are those of the reference reader, the Python package {@code nir}: every node is built from the datasets of its group by
 * name, so that a dataset which its kind does not have makes it fail; parameters of neurons have the full shape of their layer; what is
 * said beside goes into a group {@code metadata}; shapes carry no batch and follow from the input, node by node.
 */
@NullMarked
package org.equipoise.interop.nir;

import org.jspecify.annotations.NullMarked;
