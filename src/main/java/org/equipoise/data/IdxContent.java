package org.equipoise.data;

/** The content of an IDX file of images. */
public sealed interface IdxContent permits IdxArray, IdxFloats {
    /** {@return the 1 to 4 dimensions, each at least 1, outermost first} */
    int[] shape();
}
