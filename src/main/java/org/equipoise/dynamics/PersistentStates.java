package org.equipoise.dynamics;

/** Where the free phase of an image starts, if not at zero, and where it ended (Scellier and Bengio 2017: persistent particles). */
public interface PersistentStates {
    /**
     * Sets a tile that has just begun to where its images were.
     *
     * @param settling the tile
     * @param firstImage the batch's image that is the tile's first
     * @param images how many images the tile holds
     */
    void restore(Settling settling, int firstImage, int images);

    /**
     * Keeps where the images of a tile are at the end of the free phase.
     *
     * @param settling the tile
     * @param firstImage the batch's image that is the tile's first
     * @param images how many images the tile holds
     */
    void keep(Settling settling, int firstImage, int images);
}
